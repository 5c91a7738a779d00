/* The desk's form: languages as tabs. Without script every language stands below the other. */
"use strict";

/* Checks lead to a field: #ar:title, or #shared:category. */
function jumpTo(language, name) {
  if (!name) return;
  const field = document.getElementById(language === "shared" ? `id_${name}` : `id_${name}_${language}`);
  if (!field) return;
  const line = field.closest(".form-row") ?? field;
  field.closest("details")?.setAttribute("open", "");
  line.scrollIntoView({ block: "center" });
  const target = line.querySelector("[contenteditable]") ?? line.querySelector("input:not([type=hidden]), textarea, select, button");
  (target ?? field).focus();
}

document.querySelectorAll("[data-tabs]").forEach((box) => {
  const panels = [...box.querySelectorAll(":scope > section")];
  const list = document.createElement("div");
  list.className = "tab-list";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", box.dataset.label);

  const tabs = panels.map((panel) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.id = `tab-${panel.dataset.language}`;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    const name = document.createElement("span");
    name.textContent = panel.dataset.name;
    name.lang = panel.dataset.language;
    name.dir = panel.dataset.dir;
    tab.append(name);
    const badge = panel.querySelector(".edition-facts .state");
    if (badge) tab.append(badge.cloneNode(true));
    if ("errors" in panel.dataset) tab.classList.add("has-errors");
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    list.append(tab);
    return tab;
  });

  const show = (index, focus) => {
    panels.forEach((panel, i) => {
      const current = i === index;
      panel.hidden = !current;
      tabs[i].setAttribute("aria-selected", current);
      tabs[i].tabIndex = current ? 0 : -1;
    });
    if (focus) tabs[index].focus();
    // The address remembers the tab, so that saving and reloading come back to it.
    history.replaceState(null, "", `#${panels[index].dataset.language}`);
  };

  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) show(tabs.indexOf(tab));
  });
  list.addEventListener("keydown", (event) => {
    const mirrored = getComputedStyle(list).direction === "rtl" ? -1 : 1;
    const index = tabs.indexOf(document.activeElement);
    const next = { ArrowRight: index + mirrored, ArrowLeft: index - mirrored, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined || index < 0) return;
    event.preventDefault();
    show((next + tabs.length) % tabs.length, true);
  });

  box.prepend(list);
  box.classList.add("tabbed");
  const [hashLanguage, hashField] = location.hash.slice(1).split(":");
  const wanted = hashLanguage || sessionStorage.getItem("desk-language") || document.documentElement.lang;
  const start = [
    panels.findIndex((panel) => "errors" in panel.dataset),
    panels.findIndex((panel) => panel.dataset.language === wanted),
    0,
  ].find((index) => index >= 0);
  show(start);
  jumpTo(hashLanguage, hashField);
  addEventListener("hashchange", () => {
    const [language, field] = location.hash.slice(1).split(":");
    const index = panels.findIndex((panel) => panel.dataset.language === language);
    if (index >= 0 && panels[index].hidden) show(index);
    jumpTo(language, field);
  });
  box.closest("form").addEventListener("submit", () => {
    const current = panels.find((panel) => !panel.hidden);
    sessionStorage.setItem("desk-language", current.dataset.language);
  });
});

/* Conflict: put a colleague's text into the field. */
document.querySelectorAll("[data-take]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(`id_${button.dataset.take}`);
    const text = button.nextElementSibling.content.textContent;
    const editor = field.closest(".prose-editor")?.querySelector(".ProseMirror[contenteditable]")?.editor;
    if (editor) editor.commands.setContent(text, { emitUpdate: true });
    else field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const panel = field.closest("[role=tabpanel]");
    if (panel) document.getElementById(panel.getAttribute("aria-labelledby")).click();
    field.scrollIntoView({ block: "center" });
  });
});

/* The text editor: named, in its own language and direction, its buttons in the interface's language. */
document.addEventListener("prose-editor:ready", (event) => {
  const { textarea } = event.detail;
  const box = textarea.closest(".prose-editor");
  const area = box.querySelector("[contenteditable]");
  area.lang = textarea.lang;
  area.dir = textarea.dir;
  area.setAttribute("role", "textbox");
  area.setAttribute("aria-multiline", "true");
  area.setAttribute("aria-label", textarea.labels[0]?.textContent.trim() ?? "");
  box.querySelectorAll("[title]").forEach((button) => {
    button.title = gettext(button.title);
    button.setAttribute("aria-label", button.title);
  });
  box.querySelectorAll(".prose-menubar__option > *").forEach((option) => {
    option.textContent = gettext(option.textContent);
  });
});

/* Fields that search as one types get the name of their label; the library gives them none. */
django.jQuery(() => {
  document.querySelectorAll("select.admin-autocomplete").forEach((select) => {
    const label = select.labels[0];
    if (!label) return;
    const box = select.parentElement;
    box.querySelector(".select2-search__field")?.setAttribute("aria-label", label.textContent.trim());
    // One that takes a single value: named by the label and by what is chosen.
    const chosen = box.querySelector(".select2-selection--single .select2-selection__rendered");
    if (!chosen) return;
    chosen.removeAttribute("role");
    chosen.removeAttribute("aria-readonly");
    label.id ||= `${select.id}_label`;
    chosen.closest(".select2-selection").setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
  });
});

/* Countdowns: the server says "in 2 hours"; here it goes on counting. */
const countdowns = [...document.querySelectorAll("[data-until]")];
function count() {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
  countdowns.forEach((element) => {
    const seconds = Math.round((new Date(element.dataset.until) - Date.now()) / 1000);
    const [size, unit] = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]].find(([size]) => Math.abs(seconds) >= size) ?? [1, "second"];
    element.textContent = words.format(Math.trunc(seconds / size), unit);
  });
}
// Kurmanji is unknown to many browsers: there the server's words stay.
if (countdowns.length && Intl.RelativeTimeFormat.supportedLocalesOf(document.documentElement.lang).length) {
  count();
  setInterval(count, 1000);
}
