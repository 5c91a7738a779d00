/*
 * Sorting: putting things into an order by dragging, with buttons, and with keys.
 *
 * <ol data-sortable data-said="“{name}” is now number {position} of {count}.">
 *   <li data-sortable-item data-name="Harvest">
 *     <span data-handle hidden aria-hidden="true">⠿</span>
 *     <button type="button" data-move="earlier" hidden>Move earlier</button>
 *     <button type="button" data-move="later" hidden>Move later</button>
 *     <b data-position-text>1</b>
 *     <p data-plain><label>Position <input type="number" data-position name="…-position" value="1"></label></p>
 *   </li>
 * </ol>
 *
 * - Without script the number field under `data-plain` is all there is; here it
 *   is hidden, and handle and buttons (`hidden` in the page) appear.
 * - A mouse drags the whole item, except its links, buttons and fields; a finger
 *   or a pen drags by the handle, so that a page of items can still be scrolled
 *   (the handle's style says `touch-action: none`). Escape puts it back.
 * - Alt with an arrow key, while a button or a link of the item has the focus:
 *   left and right by reading direction, up and down by a row; Alt with Home or
 *   End: to the ends.
 * - After each move the numbers (`data-position`, `data-position-text`) count
 *   from 1, the sentence of `data-said` is read out, and the item gets the
 *   bubbling event `sortable:moved`.
 * - An item with the attribute `data-removed` is passed over and not counted;
 *   taking the attribute away, or adding items later, needs no call.
 *
 * Style is in sorting.css: `[data-dragged]` is the item while it is dragged; `sort-handle`,
 * `sort-moves`, `sort-move`, `sort-arrow` (an arrow that points to the start or the end of
 * the line, mirrored where lines begin at the right) and `sort-number` may be used.
 */
"use strict";

(() => {
  const ITEM = "[data-sortable-item]";
  const CONTROLS = "a, button, input, select, textarea, label, summary";
  const TEXT_FIELDS = "input, select, textarea, [contenteditable]";
  // A pointer that moves less than this, in pixels, is a click with an unsteady hand.
  const SLACK = 6;
  // Nearer than this to the window's edge, in pixels, dragging scrolls the page.
  const EDGE = 70;

  const start = (list) => {
    const voice = document.createElement("p");
    voice.className = "visually-hidden";
    voice.setAttribute("aria-live", "polite");
    list.before(voice);

    const all = () => [...list.querySelectorAll(`:scope > ${ITEM}`)];
    const counted = () => all().filter((item) => !item.hasAttribute("data-removed"));

    const number = () => {
      list.querySelectorAll("[data-handle], [data-move]").forEach((control) => { control.hidden = false; });
      list.querySelectorAll("[data-plain]").forEach((field) => { field.hidden = true; });
      counted().forEach((item, index, items) => {
        item.querySelectorAll("[data-position]").forEach((input) => { input.value = index + 1; });
        item.querySelectorAll("[data-position-text]").forEach((text) => { text.textContent = index + 1; });
        item.querySelectorAll("[data-move]").forEach((button) => {
          const end = button.dataset.move === "earlier" ? 0 : items.length - 1;
          button.setAttribute("aria-disabled", index === end);
        });
      });
    };

    /*
     * Moves an item to an index among those that count. The others make room and the moved
     * one stays in the document, so that it keeps the focus and the pointer.
     */
    const place = (item, index) => {
      const target = counted()[index];
      if (!target || target === item) return;
      const items = all();
      const [from, to] = [items.indexOf(item), items.indexOf(target)];
      if (to > from) items.slice(from + 1, to + 1).forEach((other) => item.before(other));
      else item.after(...items.slice(to, from));
      number();
    };

    const say = (item) => {
      const items = counted();
      const facts = { name: item.dataset.name, position: items.indexOf(item) + 1, count: items.length };
      voice.textContent = list.dataset.said.replace(/\{(\w+)\}/g, (_all, name) => facts[name]);
      item.dispatchEvent(new CustomEvent("sortable:moved", { bubbles: true, detail: facts }));
    };

    const move = (item, index) => {
      place(item, Math.max(0, Math.min(index, counted().length - 1)));
      item.scrollIntoView({ block: "nearest" });
      say(item);
    };

    const itemOf = (element) => {
      const item = element.closest?.(ITEM);
      return item?.parentElement === list && !item.hasAttribute("data-removed") ? item : null;
    };

    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-move]");
      const item = button && itemOf(button);
      if (item) move(item, counted().indexOf(item) + (button.dataset.move === "earlier" ? -1 : 1));
    });

    list.addEventListener("keydown", (event) => {
      const item = itemOf(event.target);
      if (!item || !event.altKey || event.target.matches(TEXT_FIELDS)) return;
      const items = counted();
      const index = items.indexOf(item);
      const forward = getComputedStyle(list).direction === "rtl" ? -1 : 1;
      const row = items.filter((other) => other.offsetTop === items[0].offsetTop).length;
      const next = {
        ArrowLeft: index - forward,
        ArrowRight: index + forward,
        ArrowUp: index - row,
        ArrowDown: index + row,
        Home: 0,
        End: items.length - 1,
      }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      move(item, next);
    });

    /* Dragging. */
    let drag = null;

    const under = (x, y) => {
      const item = itemOf(document.elementFromPoint(x, y) ?? list);
      return item === drag.item ? null : item;
    };

    const follow = () => {
      const { item, x, y } = drag;
      const other = under(x, y);
      // What was just passed may still lie under the pointer, if it is larger: it is passed once.
      if (other && other !== drag.passed) place(item, counted().indexOf(other));
      drag.passed = other;
    };

    const scroll = () => {
      if (!drag?.began) return;
      const step = drag.y < EDGE ? -12 : drag.y > innerHeight - EDGE ? 12 : 0;
      if (step) {
        scrollBy(0, step);
        follow();
      }
      requestAnimationFrame(scroll);
    };

    const stop = (isKept) => {
      const { item, began, index } = drag;
      drag = null;
      if (!began) return;
      item.removeAttribute("data-dragged");
      if (!isKept) place(item, index);
      if (counted().indexOf(item) !== index) say(item);
    };

    list.addEventListener("pointerdown", (event) => {
      const item = itemOf(event.target);
      const onHandle = event.target.closest("[data-handle]");
      const mayDrag = onHandle || (event.pointerType === "mouse" && !event.target.closest(CONTROLS));
      if (!item || !mayDrag || event.button !== 0 || !event.isPrimary) return;
      drag = { item, index: counted().indexOf(item), fromX: event.clientX, fromY: event.clientY, pointer: event.pointerId };
    });

    document.addEventListener("pointermove", (event) => {
      if (!drag || event.pointerId !== drag.pointer) return;
      [drag.x, drag.y] = [event.clientX, event.clientY];
      if (!drag.began) {
        if (Math.hypot(drag.x - drag.fromX, drag.y - drag.fromY) < SLACK) return;
        drag.began = true;
        drag.item.setAttribute("data-dragged", "");
        getSelection().removeAllRanges();
        requestAnimationFrame(scroll);
      }
      event.preventDefault();
      follow();
    });

    document.addEventListener("pointerup", (event) => { if (drag?.pointer === event.pointerId) stop(true); });
    document.addEventListener("pointercancel", (event) => { if (drag?.pointer === event.pointerId) stop(false); });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !drag?.began) return;
      event.preventDefault();
      stop(false);
    });
    // The browser would drag a picture or a link out of the page, or select what lies below the pointer.
    list.addEventListener("dragstart", (event) => { if (itemOf(event.target)) event.preventDefault(); });
    list.addEventListener("selectstart", (event) => { if (drag?.began) event.preventDefault(); });

    new MutationObserver(number).observe(list, { childList: true });
    new MutationObserver(number).observe(list, { subtree: true, attributeFilter: ["data-removed"] });
    number();
  };

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-sortable]").forEach(start));
})();
