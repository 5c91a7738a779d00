/* Somebody's roles: one more row without saving first. */
"use strict";

for (const button of document.querySelectorAll("[data-add]")) {
  const form = button.closest("form");
  const rows = form.querySelector("[data-rows]");
  const total = form.querySelector("[name$='-TOTAL_FORMS']");
  button.hidden = false;
  button.addEventListener("click", () => {
    const row = form.querySelector("[data-row]").innerHTML
      .replaceAll("__prefix__", total.value)
      .replaceAll("__number__", Number(total.value) + 1);
    rows.insertAdjacentHTML("beforeend", row);
    total.value = Number(total.value) + 1;
    rows.lastElementChild.querySelector("select").focus();
  });
}
