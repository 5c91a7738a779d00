/* Choosing a picture from the library, in a window of its own. What happens there: desk/library.js. */
"use strict";

(() => {
  const choices = new Map();
  let count = 0;

  /* The picker's window calls this with the picture that was chosen. */
  window.newsroomPicturePicked = (key, picture) => {
    const box = choices.get(key);
    if (box) fill(box, picture);
  };

  const fill = (box, picture) => {
    const image = box.querySelector("img");
    image.src = picture.thumbnail || "";
    image.alt = picture.alt?.[document.documentElement.lang] || "";
    image.hidden = !picture.thumbnail;
    box.querySelector("[data-name]").textContent = picture.name || box.dataset.none;
    const input = box.querySelector("input");
    input.value = picture.id || "";
    input.dispatchEvent(new Event("change", { bubbles: true }));
    box.querySelector("[data-clear]").hidden = !picture.id;
  };

  const start = (box) => {
    if (choices.has(box.dataset.key) || box.querySelector("input").id.includes("__prefix__")) return;
    box.dataset.key = `choice-${++count}`;
    choices.set(box.dataset.key, box);
    const input = box.querySelector("input");
    input.hidden = true;
    const choose = box.querySelector("[data-choose]");
    const clear = box.querySelector("[data-clear]");
    choose.hidden = false;
    clear.hidden = !input.value;
    choose.addEventListener("click", () => {
      const url = new URL(box.dataset.picker, location.href);
      url.searchParams.set("choice", box.dataset.key);
      // The picker says which pictures lack an alternative text in the language that is being written.
      const language = document.querySelector("[data-tabs] > [data-language]:not([hidden])")?.dataset.language;
      if (language) url.searchParams.set("language", language);
      window.open(url, "picker", "width=1120,height=800,scrollbars=yes");
    });
    clear.addEventListener("click", () => fill(box, {}));
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-picture-choice]").forEach(start);
    document.addEventListener("formset:added", (event) => {
      event.target.querySelectorAll("[data-picture-choice]").forEach(start);
    });
  });
})();
