// The demo's phones stay true while the page is open: what rings, what is said and written is fetched anew and put in the
// place of the old, and nobody loses what they were typing. Without a script the page loads itself again.

const EVERY = 1_500;

// The ring's time goes on by itself, so it is no change.
const seen = (part) => part.outerHTML.replace(/ data-left="\d+"/g, "");
const shown = new Map([...document.querySelectorAll("[data-live]")].map((part) => [part.id, seen(part)]));

function fetched() {
  return new Promise((resolve) => {
    // As a document, because nothing may become part of a page from text here.
    const request = new XMLHttpRequest();
    request.open("GET", location.pathname);
    request.responseType = "document";
    request.timeout = 10_000;
    request.addEventListener("loadend", () => resolve(request.status === 200 ? request.response : null));
    request.send();
  });
}

function put(part, fresh) {
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  const opened = [...part.querySelectorAll("details[id]")].map((one) => [one.id, one.open]);
  // Rings that turn already are kept; their number changes with the devices only.
  const rings = [...part.querySelectorAll("[data-ring]")];
  const newer = [...fresh.querySelectorAll("[data-ring]")];
  if (rings.length === newer.length) newer.forEach((ring, index) => ring.replaceWith(rings[index]));
  part.replaceChildren(...fresh.childNodes);
  for (const [id, open] of opened) {
    const one = document.getElementById(id);
    if (one) one.open = open;
  }
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

let due;
function soon(wait) {
  clearTimeout(due);
  due = setTimeout(look, wait);
}

async function look() {
  const page = document.hidden ? null : await fetched();
  for (const part of page ? document.querySelectorAll("[data-live]") : []) {
    const fresh = page.getElementById(part.id);
    if (!fresh || seen(fresh) === shown.get(part.id)) continue;
    shown.set(part.id, seen(fresh));
    put(part, fresh);
  }
  soon(EVERY);
}

soon(EVERY);
document.addEventListener("visibilitychange", () => soon(0));
