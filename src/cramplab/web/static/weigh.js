// The keypad and the filter of the scale; without this file the fields and the list work by themselves.
"use strict";
const fields = document.querySelectorAll(".measures input");
const keypad = document.querySelector(".keypad");
let field = document.querySelector(".measures [autofocus]") || fields[0];
for (const each of fields) each.addEventListener("focus", () => { field = each; });
if (keypad && fields.length) {
  keypad.hidden = false;
  // Where there is a finger and room for our keypad, the tablet's own would only hide the page.
  if (matchMedia("(pointer: coarse) and (min-width: 40rem)").matches) for (const each of fields) each.inputMode = "none";
  let fresh = null;
  for (const each of fields) each.addEventListener("focus", () => { fresh = each; });
  keypad.addEventListener("click", (event) => {
    const key = event.target.dataset.key;
    if (!key) return;
    if (key === "back") field.value = field.value.slice(0, -1);
    else if (key !== "." || !/[.,]/.test(field.value)) field.value += key;
    if (fresh !== field) field.focus({ preventScroll: true });
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
