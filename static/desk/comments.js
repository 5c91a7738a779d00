/* Completes "@ri" to a colleague's user name. Without script the list below the form says whom one can mention. */
"use strict";

(() => {
  const list = document.querySelector("[data-people]");
  if (!list) return;
  const people = [...list.children].map((entry) => ({
    name: entry.firstElementChild.textContent.slice(1),
    words: entry.textContent.toLowerCase(),
  }));
  const begun = /(^|[^A-Za-z0-9._%+-])@([A-Za-z0-9._-]*)$/;

  document.querySelectorAll("[data-mentions]").forEach((field) => {
    const offers = document.createElement("div");
    offers.className = "mention-offers";
    offers.setAttribute("role", "group");
    offers.setAttribute("aria-label", list.dataset.label);
    offers.hidden = true;
    field.after(offers);

    const before = () => field.value.slice(0, field.selectionStart);

    function take(name) {
      const start = before().replace(begun, "$1") + `@${name} `;
      field.value = start + field.value.slice(field.selectionStart).trimStart();
      field.setSelectionRange(start.length, start.length);
      offers.hidden = true;
      field.focus();
    }

    function offer() {
      const typed = begun.exec(before())?.[2].toLowerCase();
      const found = typed === undefined ? [] : people.filter((person) => person.words.includes(typed)).slice(0, 6);
      offers.replaceChildren(
        ...found.map((person) => {
          const button = document.createElement("button");
          button.type = "button";
          button.dir = "ltr";
          button.textContent = `@${person.name}`;
          button.addEventListener("click", () => take(person.name));
          return button;
        }),
      );
      offers.hidden = found.length === 0;
    }

    field.addEventListener("input", offer);
    field.addEventListener("click", offer);
    field.form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || offers.hidden) return;
      offers.hidden = true;
      field.focus();
    });
  });
})();
