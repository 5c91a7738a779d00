/* What is typed is kept every few seconds: on the server, or in this browser while the server cannot be reached.
   When the form is opened again, it is offered. And the form says who else is there. See desk/autosave.py. */
"use strict";

(() => {
  const box = document.querySelector("[data-autosave]");
  const form = box?.closest("form");
  if (!form) return;

  const words = box.dataset;
  const status = box.querySelector(".autosave-status");
  const blank = box.querySelector("template");
  const interval = Number(words.interval) * 1000;
  const [label, number] = words.item.split(":");
  const languages = [...document.querySelectorAll("[data-tabs] > section[data-language]")].map((panel) => panel.dataset.language);
  if (words.language && !languages.includes(words.language)) languages.push(words.language);
  const LONGEST_FAREWELL = 60_000; // browsers send at most 64 KB from a page that is being left
  const KEPT_FOR = 30 * 24 * 3600 * 1000;
  // Where this browser keeps texts of this person and item. Every page has a place of its own: windows do not overwrite one another.
  const place = `desk-kept:${words.user}:${label}:${number}:`;
  const ownPlace = `${place}${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
  const stampsPlace = `desk-stamps:${words.user}:${label}:${number}`;

  // --- The form, part by part --------------------------------------------------

  const isKept = (field) =>
    field.name && !field.name.startsWith("_") && !field.disabled &&
    !["file", "hidden", "submit", "button", "reset", "image", "password"].includes(field.type) &&
    !field.closest(".inline-group, dialog");

  const fieldsNamed = (name) => [...form.elements].filter((field) => field.name === name && isKept(field));

  function partOf(field) {
    const language = languages.find((code) => field.name.endsWith(`_${code}`));
    const panel = field.closest("section[data-language]");
    return language && (!panel || panel.dataset.language === language) ? language : "shared";
  }

  /* {part: {name: text, or a list of them}}: as it is now, or as the server sent it (browsers fill forms in by themselves). */
  function read(asSent = false) {
    const parts = {};
    const groups = {};
    for (const field of form.elements) if (isKept(field)) (groups[field.name] ??= []).push(field);
    for (const [name, fields] of Object.entries(groups)) {
      (parts[partOf(fields[0])] ??= {})[name] = valueOf(fields, asSent);
    }
    return parts;
  }

  function valueOf(fields, asSent) {
    const [field] = fields;
    if (field.type === "checkbox" || field.type === "radio") {
      const chosen = fields.filter((each) => (asSent ? each.defaultChecked : each.checked)).map((each) => each.value);
      return field.type === "checkbox" && fields.length > 1 ? chosen : chosen[0] ?? "";
    }
    if (field.tagName !== "SELECT") return asSent ? field.defaultValue : field.value;
    const options = [...field.options];
    const chosen = options.filter((option) => (asSent ? option.defaultSelected : option.selected)).map((option) => option.value);
    if (field.multiple) return chosen;
    return chosen.at(-1) ?? options[0]?.value ?? "";
  }

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  /* Whether everything in `values` that this form has, is in `others`, too. */
  const isIn = (values, others) =>
    Object.entries(values).every(([name, value]) => !(name in others) || same(value, others[name]));

  const sealOf = (part) => form.querySelector(`input[name="seal_${part}"]`);
  const revision = (seal) => parseInt(seal ?? "0", 10) || 0;

  const sent = read(true); // what the server sent
  // A form that came back with errors shows what is stored nowhere.
  const atFirst = (part) => ("isSent" in words ? null : sent[part]);
  const parts = new Map(
    Object.keys(sent).map((part) => [
      part,
      // known: what the server has of it, the item itself or a draft. stamp: which draft. extra: kept fields that this form lacks.
      { known: atFirst(part), stamp: "", tried: null, extra: {}, isHeld: false },
    ]),
  );

  const unsent = () => {
    const now = read();
    return Object.entries(now).filter(([part, values]) => parts.has(part) && !same(values, parts.get(part).known));
  };

  function payloadOf(changed) {
    return Object.fromEntries(
      changed.map(([part, values]) => {
        const { extra, stamp } = parts.get(part);
        return [part, { values: { ...extra, ...values }, seal: sealOf(part)?.value ?? "", over: stamp }];
      }),
    );
  }

  // --- What it says -----------------------------------------------------------

  let trouble = "";
  let lastContact = Date.now();
  let isBusy = false;
  let isLeaving = false;

  function say(text, isTrouble = false) {
    if (status.textContent !== text) status.textContent = text;
    status.classList.toggle("is-trouble", isTrouble);
  }

  // --- In this browser --------------------------------------------------------

  /* Browsers may refuse: then there is no such place. */
  function attempt(action) {
    try {
      return action();
    } catch {
      return undefined;
    }
  }

  const store = (key, value) => attempt(() => {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    return true;
  }) ?? false;

  const stored = (key) => attempt(() => JSON.parse(localStorage.getItem(key)));

  function rememberStamps() {
    const stamps = Object.fromEntries([...parts].map(([part, { stamp }]) => [part, stamp]));
    attempt(() => sessionStorage.setItem(stampsPlace, JSON.stringify(stamps)));
  }

  const rememberedStamps = () => attempt(() => JSON.parse(sessionStorage.getItem(stampsPlace))) ?? {};

  /* Keeps what the server does not have; forgets it when there is nothing. Pieces that were taken out of the form stay. */
  let setAside = {};

  function keepHere({ submitted = false } = {}) {
    const changed = unsent();
    if (!changed.length && !Object.keys(setAside).length) {
      store(ownPlace, null);
      return true;
    }
    const texts = Object.entries(payloadOf(changed)).map(([part, { values, seal }]) => [
      part,
      { part, values, seal, labels: labelsOf(values) },
    ]);
    return store(ownPlace, { at: Date.now(), submitted, parts: Object.fromEntries(texts), aside: setAside });
  }

  function labelsOf(values) {
    const labels = {};
    for (const name of Object.keys(values)) {
      for (const field of fieldsNamed(name)) {
        const picture = field.closest("[data-picture-choice]")?.querySelector("[data-name]");
        if (picture && field.value) labels[name] = { [field.value]: picture.textContent };
        if (field.tagName !== "SELECT") continue;
        labels[name] = Object.fromEntries([...field.selectedOptions].map((option) => [option.value, option.textContent.trim()]));
      }
    }
    return labels;
  }

  // --- To the server ----------------------------------------------------------

  const csrf = form.querySelector("[name=csrfmiddlewaretoken]");

  /* What the server answers, or {trouble: why there is no answer}. */
  async function ask(method, url, payload, keepalive = false) {
    const headers = { "X-CSRFToken": csrf?.value ?? "", "Content-Type": "application/json", Accept: "application/json" };
    let response;
    try {
      response = await fetch(url, { method, headers, keepalive, redirect: "manual", body: payload && JSON.stringify(payload) });
    } catch {
      return { trouble: "offline" };
    }
    if (response.type === "opaqueredirect" || response.status === 401) return { trouble: "signedOut" };
    const answer = await response.json().catch(() => ({}));
    if (response.ok && answer.kept) return answer;
    return { trouble: "refused", message: answer.message };
  }

  /* After a pause: is the same person (still, or again) signed in? A new session has a new token. */
  async function reconnect() {
    const answer = await ask("GET", words.autosaveUrl);
    if (answer.trouble) return note(answer);
    if (String(answer.user) !== words.user) return note({ trouble: "signedOut" });
    if (csrf) csrf.value = answer.csrf;
    lastContact = Date.now();
    trouble = "";
    if (!unsent().length) say("");
    return true;
  }

  function note(answer) {
    trouble = answer.trouble;
    if (!unsent().length) return false;
    if (keepHere()) say(answer.message || words[trouble], true);
    else say(words.nowhere, true);
    return false;
  }

  async function flush({ again = false } = {}) {
    const changed = unsent().filter(([part]) => !parts.get(part).isHeld);
    if (isBusy || isLeaving) return;
    if (!changed.length) {
      sayWhatIsHeld();
      return;
    }
    isBusy = true;
    if (trouble && !(await reconnect())) {
      isBusy = false;
      return;
    }
    changed.forEach(([part, values]) => (parts.get(part).tried = values));
    const answer = await ask("POST", words.autosaveUrl, { parts: payloadOf(changed) });
    isBusy = false;
    if (answer.trouble === "refused" && !answer.message && !again) {
      // Signed in anew, the token is another one; or it is somebody else who signed in.
      return (await reconnect()) ? flush({ again: true }) : undefined;
    }
    if (answer.trouble) return note(answer);
    const mayRetry = take(answer, changed);
    if (mayRetry && !again) return flush({ again: true });
  }

  /* Returns whether a draft that seemed to be another window's was this page's own after all. */
  function take(answer, changed) {
    trouble = "";
    lastContact = Date.now();
    let mayRetry = false;
    for (const [part, values] of changed) {
      const state = parts.get(part);
      const held = answer.held[part];
      if (held && [state.tried, sent[part], values].some((known) => known && isIn(held.values, known))) {
        state.stamp = held.stamp;
        mayRetry = true;
      } else if (held) {
        state.isHeld = true;
        offer({ ...held, from: "server" });
      } else {
        state.known = values;
        state.stamp = answer.kept[part] ?? "";
      }
    }
    keepHere();
    say(Object.values(answer.kept).length ? answer.message : "");
    sayWhatIsHeld();
    return mayRetry;
  }

  function sayWhatIsHeld() {
    if (!unsent().some(([part]) => parts.get(part).isHeld)) return;
    const isHere = keepHere();
    say(isHere ? words.held : words.nowhere, true);
  }

  /* On leaving: first into this browser, then to the server, which may not have the time to answer. */
  function farewell() {
    if (isLeaving) return;
    rememberStamps();
    const changed = unsent();
    if (!changed.length) return;
    keepHere();
    const free = changed.filter(([part]) => !parts.get(part).isHeld);
    if (!free.length || trouble || isBusy) return;
    free.forEach(([part, values]) => (parts.get(part).tried = values));
    const payload = { parts: payloadOf(free) };
    const isShort = new Blob([JSON.stringify(payload)]).size < LONGEST_FAREWELL;
    isBusy = true;
    ask("POST", words.autosaveUrl, payload, isShort).then((answer) => {
      isBusy = false;
      return answer.trouble ? note(answer) : take(answer, free);
    });
  }

  // --- Offering what was kept ---------------------------------------------------

  const noteOf = new WeakMap();

  function offer(kept) {
    const isThere = [...form.querySelectorAll(".kept-work")].some((each) => {
      const other = noteOf.get(each);
      return other?.part === kept.part && (kept.stamp ? other.stamp === kept.stamp : same(other.values, kept.values));
    });
    if (isThere) return;
    const section = blank.content.firstElementChild.cloneNode(true);
    section.querySelector("[data-message]").textContent = kept.message ?? messageOf(kept);
    section.querySelector("[data-texts]").replaceChildren(...textsOf(kept));
    box.before(section);
    prepare(section, kept);
  }

  function labelOf(name) {
    const [field] = fieldsNamed(name);
    const group = field?.closest("fieldset")?.querySelector("legend");
    return (field?.labels?.[0] ?? group)?.textContent.trim().replace(/:$/, "") ?? "";
  }

  const changedNames = (kept) =>
    Object.keys(kept.values).filter((name) => !same(kept.values[name], sent[kept.part]?.[name] ?? ""));

  function messageOf(kept) {
    const panel = document.querySelector(`section[data-language="${kept.part}"]`);
    const language = kept.part === "shared" ? words.shared : panel?.dataset.name || words.languageName || kept.part;
    const names = [...new Set(changedNames(kept).map(labelOf).filter(Boolean))].join(words.comma);
    const time = new Date(kept.at).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
    return words.typed.replace("{time}", () => time).replace("{what}", () =>
      words.what.replace("{language}", () => language).replace("{fields}", () => names),
    );
  }

  function textsOf(kept) {
    const asWords = (name, value) => [value].flat().map((entry) => kept.labels?.[name]?.[entry] ?? entry).join(words.comma);
    return changedNames(kept).flatMap((name) => {
      const heading = document.createElement("h3");
      const text = document.createElement("div");
      heading.textContent = labelOf(name);
      text.className = "kept-text";
      text.textContent = asWords(name, kept.values[name]) || "–";
      text.dir = "auto";
      if (kept.part !== "shared") text.lang = kept.part;
      return [heading, text];
    });
  }

  /* Without script rich text is written as HTML, and copied as HTML; here it is read. */
  function withoutElements(text) {
    if (!/^\s*<\w/.test(text)) return text;
    const blocks = [...new DOMParser().parseFromString(text, "text/html").body.children];
    return blocks.map((block) => block.textContent).join("\n");
  }

  /* Gives an offer its buttons. */
  function prepare(section, kept) {
    noteOf.set(section, kept);
    section.querySelectorAll(".kept-text").forEach((text) => (text.textContent = withoutElements(text.textContent)));
    const discard = section.querySelector("[data-discard]");
    section.querySelector("[data-actions]").hidden = false;
    section.querySelector("[data-put]").addEventListener("click", () => putBack(section, kept));
    discard.addEventListener("click", () => {
      if (discard.textContent === discard.dataset.sure) return throwAway(section, kept);
      discard.textContent = discard.dataset.sure;
      say(words.ask);
    });
  }

  function putBack(section, kept) {
    const state = parts.get(kept.part);
    const before = read()[kept.part];
    const wasTyped = !same(before, sent[kept.part]);
    Object.entries(kept.values).forEach(([name, value]) => fill(name, value, kept.labels));
    const lacking = Object.entries(kept.values).filter(([name]) => !fieldsNamed(name).length);
    state.extra = { ...state.extra, ...Object.fromEntries(lacking) };
    // The seal of that day: what a colleague saved since then is still noticed.
    const seal = sealOf(kept.part);
    const sealBefore = seal?.value ?? "";
    if (seal && kept.seal) seal.value = kept.seal;
    if (kept.from === "server") Object.assign(state, { stamp: kept.stamp, isHeld: false });
    if (wasTyped) aside({ part: kept.part, values: before, seal: sealBefore, labels: labelsOf(before) });
    show(kept.part, Object.keys(kept.values)[0]);
    remove(section, kept);
    say(words.isBack);
    setTimeout(flush, Number(words.first) * 1000);
  }

  /* What stood in the form when something older was put there: offered in its turn, and kept here until then. */
  function aside(text) {
    const kept = { ...text, at: Date.now(), from: ownPlace, asideKey: `${text.part}:${Date.now()}` };
    setAside[kept.asideKey] = kept;
    keepHere();
    offer(kept);
  }

  async function throwAway(section, kept) {
    if (kept.from === "server") {
      const answer = await ask("POST", words.autosaveUrl, { discard: [kept.part], stamp: kept.stamp });
      if (answer.trouble) {
        trouble = answer.trouble;
        return say(answer.message || words[trouble], true);
      }
      parts.get(kept.part).isHeld = false;
    }
    remove(section, kept);
    say(words.discarded);
    (form.querySelector(".kept-work [data-put]") ?? form.querySelector("[role=tab][aria-selected=true]"))?.focus();
    setTimeout(flush, Number(words.first) * 1000);
  }

  function remove(section, kept) {
    section.remove();
    if (kept.from === "server") return;
    if (kept.from === ownPlace) {
      delete setAside[kept.asideKey];
      keepHere();
      return;
    }
    const entry = stored(kept.from);
    if (!entry) return;
    if (kept.asideKey) delete entry.aside[kept.asideKey];
    else delete entry.parts[kept.part];
    const isEmpty = !Object.keys(entry.parts).length && !Object.keys(entry.aside ?? {}).length;
    store(kept.from, isEmpty ? null : entry);
  }

  function fill(name, value, labels) {
    const wanted = [value].flat();
    for (const field of fieldsNamed(name)) {
      const picture = field.closest("[data-picture-choice]");
      if (field.type === "checkbox" || field.type === "radio") field.checked = wanted.includes(field.value);
      else if (field.tagName === "SELECT") choose(field, wanted, labels?.[name]);
      else if (picture && window.newsroomPicturePicked) {
        window.newsroomPicturePicked(picture.dataset.key, { id: value, name: labels?.[name]?.[value] ?? value });
      } else write(field, value);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      if (field.tagName === "SELECT") window.django?.jQuery?.(field).trigger("change");
    }
  }

  function write(field, text) {
    const editor = field.closest(".prose-editor")?.querySelector(".ProseMirror[contenteditable]")?.editor;
    if (editor) editor.commands.setContent(text, { emitUpdate: true });
    else field.value = text;
  }

  /* A field that searches has only the choices that were made: others come with their words. */
  function choose(field, wanted, labels) {
    const known = [...field.options].map((option) => option.value);
    wanted.filter((each) => each && !known.includes(each)).forEach((each) => field.add(new Option(labels?.[each] ?? each, each)));
    [...field.options].forEach((option) => (option.selected = wanted.includes(option.value)));
  }

  /* Opens the language and goes to the field. */
  function show(part, name) {
    document.getElementById(`tab-${part}`)?.click();
    const [field] = name ? fieldsNamed(name) : [];
    const line = field?.closest(".form-row") ?? field?.closest(".prose-editor") ?? field;
    if (!line) return;
    line.closest("details")?.setAttribute("open", "");
    line.scrollIntoView({ block: "center" });
    (line.querySelector("[contenteditable]") ?? field).focus({ preventScroll: true });
  }

  /* What this browser kept: offered, unless the form or the server has it. */
  function offerWhatIsHere() {
    const keys = attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(place))) ?? [];
    for (const key of keys) {
      const entry = stored(key);
      if (!entry?.parts || Date.now() - entry.at > KEPT_FOR) {
        store(key, null);
        continue;
      }
      const texts = [...Object.values(entry.parts), ...Object.values(entry.aside ?? {})];
      for (const text of texts.filter(({ part }) => parts.has(part))) {
        const kept = { at: entry.at, ...text, from: key };
        if (isSuperfluous(kept, entry)) remove(document.createElement("i"), kept);
        else offer(kept);
      }
    }
  }

  function isSuperfluous(kept, entry) {
    if (isIn(kept.values, sent[kept.part])) return true;
    // It was sent with the form, and the form was taken: a new item has its number, an old one a new revision.
    const wasSaved = entry.submitted && !kept.asideKey && !("isSent" in words) &&
      (number === "0" || revision(sealOf(kept.part)?.value) > revision(kept.seal));
    const onServer = [...form.querySelectorAll(".kept-work")].map((each) => noteOf.get(each));
    return wasSaved || onServer.some((other) => other?.from === "server" && other.part === kept.part && isIn(kept.values, other.values));
  }

  // --- Who else is there --------------------------------------------------------

  const here = () => document.querySelector("[data-tabs] > section[data-language]:not([hidden])")?.dataset.language || words.language;
  let wasAt = here();

  async function beat() {
    if (isLeaving) return;
    const language = here();
    const left = wasAt && wasAt !== language ? [wasAt] : [];
    wasAt = language;
    const writing = Boolean(parts.get(language) && !same(read()[language], sent[language]));
    const answer = await ask("POST", words.presenceUrl, { language, writing, left });
    if (answer.trouble === "refused" && !trouble) return void reconnect();
    if (answer.trouble) return void note(answer);
    lastContact = Date.now();
    if (trouble) await reconnect();
    showOthers(answer.others);
    // Another window saved this part, and what was kept went with it: this page still has a text of its own.
    for (const [part, state] of parts) {
      if (state.stamp && !answer.kept[part] && !isBusy) Object.assign(state, { stamp: "", known: atFirst(part) });
    }
  }

  function showOthers(others) {
    const lines = others.map((other) => {
      const line = document.createElement("p");
      line.className = "presence";
      line.dataset.presence = other.language;
      line.dir = "auto";
      line.textContent = other.text;
      return line;
    });
    const before = [...document.querySelectorAll("[data-presence]")];
    if (same(before.map((line) => line.textContent), lines.map((line) => line.textContent))) return;
    before.forEach((line) => line.remove());
    lines.forEach(putWhereItBelongs);
  }

  function putWhereItBelongs(line) {
    const panel = document.querySelector(`[data-tabs] > section[data-language="${line.dataset.presence}"]`);
    const head = panel?.querySelector(".language-head");
    if (head) head.after(line);
    else if (panel) panel.prepend(line);
    else box.before(line);
  }

  const leave = () => {
    if (number !== "0" && wasAt) ask("POST", words.presenceUrl, { left: [wasAt] }, true);
  };

  // --- When ---------------------------------------------------------------------

  document.querySelectorAll("[data-kept]").forEach((section) => {
    const kept = { ...JSON.parse(section.dataset.kept), from: "server" };
    section.hidden = !parts.has(kept.part);
    if (section.hidden) return;
    parts.get(kept.part).isHeld = true;
    prepare(section, kept);
  });
  const stamps = rememberedStamps();
  parts.forEach((state, part) => {
    if (!state.isHeld) state.stamp = stamps[part] ?? "";
  });
  offerWhatIsHere();
  document.querySelectorAll("[data-presence]").forEach(putWhereItBelongs);
  // At the end of the form it stays in sight.
  [...form.querySelectorAll(".submit-row")].at(-1)?.append(status);

  let first;
  const startSoon = () => {
    if (first) return;
    first = setTimeout(flush, Number(words.first) * 1000);
  };
  form.addEventListener("input", startSoon);
  form.addEventListener("change", startSoon);
  if ("isSent" in words) startSoon();
  setInterval(() => {
    flush();
    beat();
  }, interval);
  beat();
  document.querySelectorAll("[data-tabs]").forEach((tabs) => tabs.addEventListener("click", (event) => {
    if (event.target.closest("[role=tab]")) beat();
  }));
  addEventListener("online", () => flush());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") farewell();
  });
  addEventListener("pagehide", () => {
    farewell();
    leave();
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    isLeaving = isBusy = false;
    beat();
  });

  /* Nothing is sent into the void: when the server was not heard of lately, it is asked first. */
  form.addEventListener("submit", (event) => {
    const isSure = !trouble && Date.now() - lastContact < 3 * interval;
    if (isSure) {
      keepHere({ submitted: true });
      rememberStamps();
      isLeaving = true;
      return;
    }
    event.preventDefault();
    const { submitter } = event;
    reconnect().then((isThere) => {
      // Whatever else is wrong, the form's own answer will say it.
      if (isThere || trouble === "refused") {
        [trouble, lastContact] = ["", Date.now()];
        return form.requestSubmit(submitter);
      }
      keepHere();
      say(words[trouble], true);
      status.scrollIntoView({ block: "nearest" });
    });
  });

  // --- The conflict screen ------------------------------------------------------

  document.querySelectorAll("[data-take-both]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const field = document.getElementById(`id_${button.dataset.takeBoth}`);
      const theirs = button.parentElement.querySelector("template").content.textContent;
      const between = field.closest(".prose-editor") ? "" : field.tagName === "TEXTAREA" ? "\n\n" : " / ";
      write(field, [field.value, theirs].filter(Boolean).join(between));
      field.dispatchEvent(new Event("input", { bubbles: true }));
      // A second press would put it there twice.
      button.disabled = true;
      show(partOf(field), field.name);
    });
  });
  document.querySelectorAll("[data-to-field]").forEach((link) => {
    link.addEventListener("click", (event) => {
      const field = document.getElementById(`id_${link.dataset.toField}`);
      if (!field) return;
      event.preventDefault();
      show(partOf(field), field.name);
    });
  });
})();
