// A file is put into the box as if it had been pasted; without a script there is the box alone.
const place = document.querySelector("[data-roster]");
const box = document.getElementById("field-list");
if (place && box) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  label.className = "hint";
  label.append(`${place.dataset.label} `, input);
  input.type = "file";
  input.accept = ".csv,.tsv,.txt,text/csv,text/plain";
  input.addEventListener("change", async () => {
    const file = input.files[0];
    // A longer one would be refused; reading it would only take time.
    if (file && file.size <= 2 * 1024 * 1024) box.value = await file.text();
  });
  place.append(label);
}
