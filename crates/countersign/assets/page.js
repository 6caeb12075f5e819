// What every page gains from a script: the eye on the first error, times that stay true, and forms
// that are sent once. Everything works without it.

const summary = document.querySelector("[data-focus]");
if (summary) {
  summary.focus();
} else {
  document.querySelector('[aria-invalid="true"]')?.focus();
}

// Forms are sent once; coming back to the page frees them again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.hasAttribute("data-again")) return;
  form.dataset.sent = "1";
  form.querySelector('[type="submit"]')?.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector('[type="submit"]')?.removeAttribute("aria-busy");
  }
});

// "2 minutes ago" stays true while the page is open. The server's words stand until they are too old.
const opened = Date.now();
const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
const units = [[86_400, "day", 30], [3_600, "hour", 24], [60, "minute", 60]];
function refresh() {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
    const unit = units.find(([size]) => seconds >= size);
    if (!unit) continue;
    const count = Math.round(seconds / unit[0]);
    if (count < unit[2]) time.textContent = relative.format(-count, unit[1]);
  }
}
setInterval(() => {
  if (!document.hidden && Date.now() - opened > 45_000) refresh();
}, 30_000);
