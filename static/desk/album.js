/*
 * The form of an album: pictures that are added, removed and taken back before it is saved.
 *
 * Pictures come from the picker's window and from the upload box (upload.js). Each gets a copy of the tile in
 * `data-new-tile`, in which {name}, {id} and __prefix__ are filled in. Their order is sorting.js's.
 */
"use strict";

(() => {
  const start = (box) => {
    const list = box.querySelector("[data-sortable]");
    const total = document.getElementById(`id_${box.dataset.albumForm}-TOTAL_FORMS`);
    const template = box.querySelector("[data-new-tile]");
    const status = box.querySelector("[data-album-status]");
    const tiles = () => [...list.querySelectorAll("[data-picture]")];
    const tileOf = (id) => tiles().find((tile) => tile.dataset.picture === String(id));

    /* Removing, and taking it back. */
    const setRemoved = (tile, isRemoved) => {
      tile.querySelector("[name$=-DELETE]").checked = isRemoved;
      tile.toggleAttribute("data-removed", isRemoved);
      tile.querySelector("[data-facts]").hidden = isRemoved;
      tile.querySelector("[data-gone]").hidden = !isRemoved;
    };

    list.addEventListener("click", (event) => {
      const tile = event.target.closest("[data-picture]");
      if (event.target.closest("[data-remove]")) {
        setRemoved(tile, true);
        tile.querySelector("[data-undo]").focus();
      } else if (event.target.closest("[data-undo]")) {
        setRemoved(tile, false);
        tile.querySelector("[data-remove]").focus();
      }
    });

    const prepare = (tile) => {
      const remove = tile.querySelector("[data-remove]");
      if (remove) remove.hidden = false;
      if (tile.querySelector("[name$=-DELETE]")?.checked) setRemoved(tile, true);
    };
    tiles().forEach(prepare);

    if (!template) return; // the person may not add pictures

    /* Adding. Names are put into text and attributes, never read as markup. */
    const fill = (tile, values) => {
      const filled = (text) => text.replace(/\{(name|id)\}|__prefix__/g, (found, name) => values[name ?? "index"]);
      for (const element of [tile, ...tile.querySelectorAll("*")]) {
        [...element.attributes].forEach((attribute) => { attribute.value = filled(attribute.value); });
        [...element.childNodes].forEach((node) => {
          if (node.nodeType === Node.TEXT_NODE) node.textContent = filled(node.textContent);
        });
      }
    };

    const showThumbnail = (tile, address) => {
      if (!tile || !address) return;
      const image = tile.querySelector("[data-thumbnail]");
      if (!image) return;
      image.src = address;
      image.hidden = false;
      tile.querySelector("[data-wait]").hidden = true;
    };

    const add = ({ id, name, thumbnail }) => {
      const known = tileOf(id);
      if (known) {
        setRemoved(known, false);
        status.textContent = list.dataset.known.replace("{name}", name);
        return;
      }
      const tile = template.content.firstElementChild.cloneNode(true);
      fill(tile, { id, name, index: total.value });
      tile.querySelector("[name$=-number]").value = id;
      total.value = Number(total.value) + 1;
      showThumbnail(tile, thumbnail);
      prepare(tile);
      list.append(tile);
      box.querySelector("[data-empty]").hidden = true;
      status.textContent = name;
    };

    document.addEventListener("library:taken", (event) => add(event.detail));
    document.addEventListener("library:thumbnail", (event) => showThumbnail(tileOf(event.detail.id), event.detail.thumbnail));

    /* The picker's window: it gives one picture after the other under our key, and any other key's to pictures.js. */
    const KEY = new URL(box.dataset.picker, location.href).searchParams.get("choice");
    const toOthers = window.newsroomPicturePicked;
    window.newsroomPicturePicked = (key, picture) => (key === KEY ? add(picture) : toOthers?.(key, picture));
    const choose = box.querySelector("[data-choose-several]");
    choose.hidden = false;
    choose.addEventListener("click", () => {
      window.open(box.dataset.picker, "picker", "width=1000,height=760,scrollbars=yes");
    });
  };

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-album-form]").forEach(start));
})();
