/*
 * The library: moving among its pictures with the arrow keys, selecting several, and, in the picker's window,
 * answering whoever opened it (desk/pictures.js for a form, the text editor's dialog for a text).
 */
"use strict";

(() => {
  /* Long lists of choices can be searched. */
  document.querySelectorAll("[data-checks]").forEach((box) => {
    const labels = [...box.querySelectorAll("label")];
    const search = box.querySelector("[data-check-filter]");
    if (labels.length < 12) return;
    search.hidden = false;
    search.addEventListener("input", () => {
      const words = search.value.trim().toLocaleLowerCase();
      labels.forEach((label) => {
        label.hidden = !label.textContent.toLocaleLowerCase().includes(words) && !label.control.checked;
      });
    });
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  });

  const library = document.querySelector("[data-library]");
  if (!library) return;

  /* Filters: open beside the pictures where there is room; what is empty stays out of the address. */
  const wide = matchMedia("(min-width: 60em)");
  const openFilters = () => {
    library.querySelector("[data-filters]").open = wide.matches;
  };
  openFilters();
  wide.addEventListener("change", openFilters);
  const filter = library.querySelector("[data-filter]");
  filter.addEventListener("submit", () => {
    [...filter.elements].forEach((field) => (field.disabled = !field.value && field.tagName !== "BUTTON"));
  });
  addEventListener("pageshow", () => [...filter.elements].forEach((field) => (field.disabled = false)));

  /* Moving: the list is one stop for the Tab key, and the arrow keys move within it, by reading direction. */
  const list = library.querySelector("[data-tiles]");
  const search = filter.querySelector("[type=search]");
  const tiles = () => [...(list?.querySelectorAll("[data-tile]") ?? [])];
  const boxes = () => [...(list?.querySelectorAll("[data-pick]") ?? [])];
  const boxOf = (tile) => tile.closest("[data-id]").querySelector("[data-pick]");

  const makeCurrent = (current) => {
    tiles().forEach((tile) => (tile.tabIndex = tile === current ? 0 : -1));
  };
  const goTo = (tile) => {
    if (!tile) return;
    makeCurrent(tile);
    tile.focus();
    tile.closest("[data-id]").scrollIntoView({ block: "nearest" });
  };

  const step = (key, all, index) => {
    const onward = getComputedStyle(list).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = onward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const top = (tile) => tile.closest("[data-id]").offsetTop;
    const columns = all.filter((tile) => top(tile) === top(all[0])).length;
    const steps = { [onward]: 1, [back]: -1, ArrowDown: columns, ArrowUp: -columns, Home: -index, End: all.length - 1 - index };
    const next = index + steps[key];
    // Down from the last full row leads to the end of the row below it.
    return key === "ArrowDown" && next >= all.length && top(all[index]) < top(all.at(-1)) ? all.at(-1) : all[next];
  };

  list?.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-tile]")) makeCurrent(event.target);
  });
  list?.addEventListener("keydown", (event) => {
    const all = tiles();
    const index = all.indexOf(event.target);
    if (index < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && boxOf(event.target)) {
      event.preventDefault();
      const box = boxOf(event.target);
      pick(box, !box.checked, event.shiftKey);
    } else if (/^(Arrow|Home$|End$)/.test(event.key)) {
      event.preventDefault();
      goTo(step(event.key, all, index));
    }
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.select();
      search.focus();
    }
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || !tiles().length) return;
    event.preventDefault();
    goTo(tiles()[0]);
  });

  /* Selecting several: with Shift, all from the last one to this one. */
  const bar = library.querySelector("[data-bar]");
  let last = null;
  const pick = (box, isChosen, isRange) => {
    const all = boxes();
    const [from, to] = [all.indexOf(isRange && last ? last : box), all.indexOf(box)].sort((a, b) => a - b);
    all.slice(from, to + 1).forEach((other) => (other.checked = isChosen));
    last = box;
    showSelected();
  };
  const showSelected = () => {
    if (!bar) return;
    const chosen = boxes().filter((box) => box.checked);
    boxes().forEach((box) => box.closest("[data-id]").classList.toggle("is-selected", box.checked));
    list.classList.toggle("has-selected", chosen.length > 0);
    bar.querySelector("[data-count]").textContent = chosen.length.toLocaleString(document.documentElement.lang);
    bar.querySelector("[data-count-box]").hidden = chosen.length === 0;
    bar.querySelectorAll("[formaction]").forEach((button) => (button.hidden = chosen.length === 0));
    bar.querySelector("[data-all]").hidden = chosen.length === boxes().length;
    bar.querySelector("[data-none]").hidden = chosen.length === 0;
    bar.classList.toggle("is-idle", chosen.length === 0);
  };
  const pickAll = (isChosen) => {
    boxes().forEach((box) => (box.checked = isChosen));
    showSelected();
  };
  if (bar) {
    list.addEventListener("click", (event) => {
      if (event.target.matches("[data-pick]")) pick(event.target, event.target.checked, event.shiftKey);
    });
    bar.querySelector("[data-all]").addEventListener("click", () => pickAll(true));
    bar.querySelector("[data-none]").addEventListener("click", () => pickAll(false));
    addEventListener("pageshow", showSelected); // going back brings checked boxes along
  }

  const prepare = () => {
    boxes().forEach((box) => (box.tabIndex = -1)); // the Space key does it
    const all = tiles();
    if (all.length && !all.some((tile) => tile === document.activeElement)) makeCurrent(all[0]);
    markLacking();
    showSelected();
  };

  /* The picker. */
  const query = new URLSearchParams(location.search);
  const dialog = () => window.opener?.document.querySelector("dialog[open]");
  // The language of the text that the picture goes into, if there is one.
  const language = () => dialog()?.closest("[data-language]")?.dataset.language ?? query.get("language");

  const answer = (picture) => {
    if (query.has("CKEditorFuncNum")) {
      // The words are those of the language whose text the picture goes into.
      const code = language();
      window.opener.CKEDITOR.tools.callFunction(query.get("CKEditorFuncNum"), picture.large, {
        id: picture.id,
        alternative_text: picture.alt[code] ?? "",
        caption: picture.caption[code] ?? "",
      });
    } else {
      window.opener.newsroomPicturePicked(query.get("choice"), picture);
      if (several) return markGiven(picture);
    }
    window.close();
  };

  /* A form that takes several gets one after the other, until the person is done. */
  const several = library.querySelector("[data-several]");
  const markGiven = (picture) => {
    const tile = list.querySelector(`[data-id="${Number(picture.id)}"]`);
    tile.classList.add("is-selected");
    tile.querySelector("[data-tile]").setAttribute("aria-pressed", "true");
    several.querySelector("[data-said]").textContent = several.dataset.words.replace("{name}", picture.name);
  };
  several?.querySelector("[data-done]").addEventListener("click", () => window.close());
  list?.addEventListener("click", (event) => {
    const tile = event.target.closest("[data-picked]");
    if (tile && tile.getAttribute("aria-disabled") !== "true" && window.opener) answer(JSON.parse(tile.dataset.picked));
  });

  function markLacking() {
    const words = document.querySelector("[data-lacks-here]");
    const code = words && language();
    if (!code) return;
    list?.querySelectorAll(`[data-lacks="${CSS.escape(code)}"]`).forEach((name) => {
      const line = name.closest("li");
      if (line.classList.contains("is-here")) return;
      line.classList.add("is-here");
      line.textContent = words.content.textContent;
    });
  }

  /* What was uploaded in the picker comes first, and so does what was there already and is to be used instead. */
  const fetchTile = async (id) => {
    const url = new URL(location.href);
    url.search = new URLSearchParams({ ids: id });
    const response = await fetch(url);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.querySelector(`[data-tiles] [data-id="${Number(id)}"]`);
  };
  const putFirst = async ({ id }) => {
    if (!list) {
      location.reload();
      return;
    }
    const tile = await fetchTile(id);
    if (!tile) return;
    list.querySelector(`[data-id="${Number(id)}"]`)?.remove();
    list.prepend(document.adoptNode(tile));
    prepare();
  };
  document.addEventListener("library:taken", (event) => putFirst(event.detail));
  document.addEventListener("library:thumbnail", (event) => putFirst(event.detail));

  prepare();
})();
