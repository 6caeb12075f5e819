// The code box: takes a code pasted anywhere on the page, keeps digits only, and sends the form by
// itself, once, when all of its digits are there: six, and four of a call.

/** The digits of a text, full-width and other scripts' digits as plain ones. */
function digits(text) {
  return [...text].map(plain).join("");
}

function plain(char) {
  if (char >= "0" && char <= "9") return char;
  if (!/\p{Nd}/u.test(char)) return "";
  // Every block of decimal digits is ten long and starts at its zero.
  let zero = char.codePointAt(0);
  const end = zero - 10;
  while (zero - 1 > end && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((char.codePointAt(0) - zero) % 10);
}

for (const box of document.querySelectorAll("[data-code]")) {
  const form = box.form;
  const length = Number(box.dataset.code);
  // A form with more to fill in than the code is sent by its button only.
  const others = [...form.querySelectorAll("input:not([type=hidden])")].filter((input) => input !== box);
  let sent = "";

  const take = (text) => {
    const found = digits(text).slice(0, length);
    box.value = length === 6 && found.length > 3 ? `${found.slice(0, 3)} ${found.slice(3)}` : found;
    if (found.length === length && found !== sent && others.every((input) => input.checkValidity())) {
      sent = found;
      if (others.length === 0) form.requestSubmit();
    }
  };

  box.addEventListener("input", (event) => {
    if (!event.isComposing && box.selectionStart === box.value.length) take(box.value);
  });
  box.addEventListener("compositionend", () => take(box.value));
  box.addEventListener("focus", () => box.getAttribute("aria-invalid") && box.select());

  document.addEventListener("paste", (event) => {
    const target = event.target;
    const typing = target instanceof HTMLInputElement && target !== box;
    const text = event.clipboardData?.getData("text") ?? "";
    if (typing || digits(text).length !== length) return;
    event.preventDefault();
    box.focus();
    take(text);
  });
}
