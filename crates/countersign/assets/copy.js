// Copy buttons. They stay hidden where the browser has no clipboard to offer.

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const label = button.querySelector("span");
    const words = label.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      const text = source.value ?? source.textContent.replace(/\s+/g, "");
      try {
        await navigator.clipboard.writeText(text);
        label.textContent = button.dataset.done;
      } catch {
        label.textContent = button.dataset.failed;
        source.focus?.();
      }
      setTimeout(() => { label.textContent = words; }, 3000);
    });
  }
}
