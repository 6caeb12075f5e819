// Rings that empty as time runs. The server says how many milliseconds are left, so a wrong clock
// on the phone does not matter. The words beside a ring are refreshed each minute, not each second.

const rings = [...document.querySelectorAll("[data-ring]")].map((ring) => ({
  rest: ring.querySelector(".ring-rest"),
  left: Number(ring.dataset.left),
  span: Number(ring.dataset.span),
  period: Number(ring.dataset.period),
  seconds: document.querySelector(`[data-seconds-of="${ring.id}"]`),
}));
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const start = performance.now();
let last = 0;

function draw(now) {
  const gone = now - start;
  for (const ring of rings) {
    let left = ring.left - gone;
    if (ring.period > 0) left = ((left % ring.period) + ring.period) % ring.period;
    left = Math.max(0, left);
    ring.rest.setAttribute("stroke-dashoffset", String(100 - (100 * left) / ring.span));
    if (ring.seconds) ring.seconds.textContent = String(Math.ceil(left / 1000));
  }
}

function frame(now) {
  // Ten times a second is smooth enough, once a second where motion is unwelcome.
  if (now - last >= (calm.matches ? 1000 : 100)) {
    last = now;
    draw(now);
  }
  requestAnimationFrame(frame);
}

if (rings.length > 0) {
  draw(performance.now());
  requestAnimationFrame(frame);
}

// A button that has to wait is freed when its time has come.
for (const button of document.querySelectorAll("[data-enable-after]")) {
  setTimeout(() => {
    button.disabled = false;
    document.getElementById(button.getAttribute("aria-describedby"))?.remove();
    button.removeAttribute("aria-describedby");
  }, Number(button.dataset.enableAfter) + 300);
}

// A page whose codes have changed (the demo's phone) is fetched anew.
const reload = document.querySelector("[data-reload]");
if (reload) setTimeout(() => location.reload(), Number(reload.dataset.reload) + 300);
