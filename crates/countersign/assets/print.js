// Print buttons. Without this script there is no button; the browser's own menu prints the same sheet.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
