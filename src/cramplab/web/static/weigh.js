// The keypad and the filter of the scale; without this file the fields and the list work by themselves.
"use strict";
const fields = document.querySelectorAll(".measures input");
const keypad = document.querySelector(".keypad");
let field = document.querySelector(".measures [autofocus]") || fields[0];
for (const each of fields) each.addEventListener("focus", () => { field = each; });
// A phone has no room for a keypad of ours, and shows its own.
if (keypad && fields.length && matchMedia("(min-width: 40rem)").matches) {
  keypad.hidden = false;
  // Under a finger, the tablet's own would only hide the page.
  const finger = matchMedia("(pointer: coarse)").matches;
  if (finger) for (const each of fields) each.inputMode = "none";
  keypad.addEventListener("click", (event) => {
    const key = event.target.dataset.key;
    if (!key) return;
    if (key === "back") field.value = field.value.slice(0, -1);
    else if (key !== "." || !/[.,]/.test(field.value)) field.value += key;
    // The caret stays where the next sign goes; a keyboard stays on the keypad.
    if (event.detail > 0) field.focus({ preventScroll: true });
  });
}
const filter = document.querySelector("[data-filter]");
if (filter) {
  filter.parentElement.hidden = false;
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    for (const each of document.querySelectorAll("#" + filter.dataset.filter + " li")) each.hidden = !each.textContent.toLowerCase().includes(wanted);
  });
}
