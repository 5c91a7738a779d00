/* The translation screen from the keyboard. Without script there are the buttons. */
"use strict";

(() => {
  const form = document.getElementById("translation");
  if (!form) return;
  const fields = () => [...form.querySelectorAll("[data-field]")];

  document.querySelector(".translation-keys").hidden = false;

  function press(order) {
    const button = form.querySelector(`.translation-buttons [value="${order}"]`);
    if (button) form.requestSubmit(button);
    return Boolean(button);
  }

  /* The structure of the source goes into the empty editor at once; a text that was begun is the server's to refuse. */
  form.querySelector("[value=structure]")?.addEventListener("click", (event) => {
    const structure = event.currentTarget.querySelector("template").content.textContent;
    const editor = form.querySelector(".pair-body .ProseMirror[contenteditable]")?.editor;
    if (!editor?.isEmpty) return;
    event.preventDefault();
    editor.commands.setContent(structure, { emitUpdate: true });
    editor.commands.focus("start");
    event.currentTarget.closest("p").hidden = true;
  });

  /* To the next field (1) or the one before (-1); from outside the form to its first. */
  function move(step) {
    const all = fields();
    const here = all.findIndex((field) => field.contains(document.activeElement));
    const field = here < 0 ? all[0] : all[here + step];
    if (!field) return true;
    field.closest("details")?.setAttribute("open", "");
    field.scrollIntoView({ block: "nearest" });
    // The text editor keeps its text area, hidden.
    const editor = field.querySelector(".ProseMirror[contenteditable]");
    (editor ?? field.querySelector("input:not([type=hidden]), textarea"))?.focus();
    return true;
  }

  /* The letter, or on keyboards without Latin letters the key where it would be. */
  const isLetter = (event, letter) =>
    event.key.toLowerCase() === letter || (!/^[a-z]$/i.test(event.key) && event.code === `Key${letter.toUpperCase()}`);

  function wasMeant(event) {
    const isControl = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (isControl && isLetter(event, "s")) return event.repeat || press("save");
    if (isControl && event.key === "Enter") return event.repeat || press("updated");
    const isAlt = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (isAlt && event.key === "ArrowDown") return move(1);
    if (isAlt && event.key === "ArrowUp") return move(-1);
    return false;
  }

  // Before the text editor sees it: there, Ctrl+Enter breaks the line.
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || !wasMeant(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
})();
