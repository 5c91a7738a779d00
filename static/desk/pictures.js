/* Pictures: choosing one from the library in a window of its own, and setting the focal point. */
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
      window.open(url, "picker", "width=1000,height=760,scrollbars=yes");
    });
    clear.addEventListener("click", () => fill(box, {}));
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-picture-choice]").forEach(start);
    document.addEventListener("formset:added", (event) => {
      event.target.querySelectorAll("[data-picture-choice]").forEach(start);
    });

    /* In the picker's own window. */
    document.querySelectorAll("[data-picked]").forEach((button) => {
      const give = () => {
        const picture = JSON.parse(button.dataset.picked);
        const query = new URLSearchParams(location.search);
        if (query.has("CKEditorFuncNum")) {
          // The words are those of the language whose text the picture goes into.
          const dialog = window.opener.document.querySelector("dialog[open]");
          const { language } = dialog.closest("[data-language]")?.dataset ?? {};
          window.opener.CKEDITOR.tools.callFunction(query.get("CKEditorFuncNum"), picture.large, {
            id: picture.id,
            alternative_text: picture.alt[language] ?? "",
            caption: picture.caption[language] ?? "",
          });
        } else {
          window.opener.newsroomPicturePicked(query.get("choice"), picture);
        }
        window.close();
      };
      button.addEventListener("click", give);
      if ("autopick" in button.dataset && window.opener) give();
    });

    /* Focal point: a click on the picture sets both numbers. */
    document.querySelectorAll("[data-focal]").forEach((box) => {
      const x = document.getElementById("id_focal_x");
      const y = document.getElementById("id_focal_y");
      const point = box.querySelector(".point");
      const draw = () => {
        point.style.left = `${x.value}%`;
        point.style.top = `${y.value}%`;
      };
      box.addEventListener("click", (event) => {
        const area = box.getBoundingClientRect();
        x.value = Math.round(((event.clientX - area.left) / area.width) * 100);
        y.value = Math.round(((event.clientY - area.top) / area.height) * 100);
        draw();
      });
      [x, y].forEach((input) => input.addEventListener("input", draw));
      draw();
    });
  });
})();
