// The support desk by keyboard: "/" to the search, "j" and "k" along the rows, Enter opens as links do, "?" lists the keys.
// They can be switched off in that list (WCAG 2.1.4), which this browser remembers. Everything works without them.

const list = document.querySelector("[data-shortcuts]");
const wanted = list?.querySelector("[data-keys]");
const search = document.querySelector("[data-search]");

function remembered() {
  try {
    return localStorage.getItem("desk-keys") !== "off";
  } catch {
    return true;
  }
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (rows.length === 0) return;
  const at = rows.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[next].focus();
}

const deeds = {
  "/": () => { search?.focus(); search?.select(); },
  j: () => move(1),
  k: () => move(-1),
  "?": () => { list.open = !list.open; if (list.open) list.querySelector("summary").focus(); },
};

if (list && wanted) {
  list.hidden = false;
  wanted.checked = remembered();
  wanted.addEventListener("change", () => {
    try {
      localStorage.setItem("desk-keys", wanted.checked ? "on" : "off");
    } catch {
      // It then holds for this page only.
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (!wanted.checked || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const deed = deeds[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  });
}
