// A button that shows a password while it is typed. Without this script there is no button.

const NS = "http://www.w3.org/2000/svg";

function eye() {
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("fill", "none");
  svg.setAttribute("stroke", "currentColor");
  svg.setAttribute("stroke-width", "1.75");
  svg.setAttribute("stroke-linecap", "round");
  svg.setAttribute("aria-hidden", "true");
  const lid = document.createElementNS(NS, "path");
  lid.setAttribute("d", "M2.8 12C4.8 8.1 8.1 6 12 6s7.2 2.1 9.2 6c-2 3.9-5.3 6-9.2 6s-7.2-2.1-9.2-6z");
  const pupil = document.createElementNS(NS, "circle");
  for (const [name, value] of [["cx", 12], ["cy", 12], ["r", 2.8]]) pupil.setAttribute(name, value);
  const strike = document.createElementNS(NS, "path");
  strike.setAttribute("d", "M5 19 19 5");
  svg.append(lid, pupil, strike);
  return { svg, strike };
}

for (const box of document.querySelectorAll("[data-password]")) {
  const input = box.querySelector("input");
  const button = document.createElement("button");
  const { svg, strike } = eye();
  button.type = "button";
  button.className = "reveal-button";
  button.setAttribute("aria-controls", input.id);
  button.append(svg);
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    strike.toggleAttribute("hidden", !shown);
    strike.setAttribute("visibility", shown ? "visible" : "hidden");
    button.setAttribute("aria-label", shown ? box.dataset.hide : box.dataset.show);
    button.setAttribute("aria-pressed", String(shown));
  };
  button.addEventListener("click", () => {
    show(input.type === "password");
    input.focus();
  });
  // Never sent, never kept by the browser, as plain text.
  input.form?.addEventListener("submit", () => show(false));
  show(false);
  box.append(button);
}
