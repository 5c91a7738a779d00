/*
 * Uploading many pictures at once.
 *
 *   {% include "media_library/_upload_box.html" with mode="picker" album=album %}
 *
 * The box (data-upload-box) takes files that are chosen or dropped, sends three at a time, one request for each (into
 * an album one after the other, so that they keep their order), and asks the server what became of them. Rows come
 * from the server (_upload_row.html); until there is one, a file shows the row in the box's template. A box may stand
 * within the form of another screen, and none of its fields belongs to that form. To its screen it says, by events
 * that bubble from it:
 *
 *   library:taken      detail: {id, name, thumbnail}   A picture is in the library: a new one, or the existing one that
 *                      the person chose instead. `thumbnail` is an address, or "" while the picture is being prepared.
 *   library:thumbnail  detail: {id, thumbnail}         The thumbnail of a picture that was said to be taken before.
 *
 * What is sent carries the fields of the form "upload-files-form" where the page has one (collection, album), or else
 * the album of the box (data-album). With data-mode="screen" the whole page takes dropped files, and the address
 * remembers what was sent, so that the list is there again after reloading.
 */
"use strict";

(() => {
  const AT_ONCE = 3;
  const STALLED = 90_000; // no byte went out, and no answer came, for so long: the connection is dead
  const SHORTEST_PAUSE = 1000;
  const LONGEST_PAUSE = 10_000;
  const LATE = 30_000;
  const ASKED_AT_ONCE = 100; // as many as the server answers for
  const REMEMBERED = 500; // as many as the server lists
  const SAID_EVERY = 4000; // to screen readers

  const language = `${document.documentElement.lang}-u-nu-latn`;
  const percent = new Intl.NumberFormat(language, { style: "percent" });

  /* A size as the server writes it: `patterns` are its own words for 100 bytes, and for one of each larger unit. */
  const sizeWriter = (patterns) => (count) => {
    const power = [3, 2, 1].find((power) => count >= 1024 ** power) ?? 0;
    const pattern = patterns[power];
    if (!power) return pattern.replace("100", count);
    return pattern.replace(/1(\D)0/, (_one, point) => (count / 1024 ** power).toFixed(1).replace(".", point));
  };

  /* The name without what could mislead about it, as the server will show it. */
  const clean = (name) => name.replace(/\p{C}/gu, "").slice(0, 160);

  // --- Files from folders -------------------------------------------------------

  const isLitter = (file) => file.name.startsWith(".") || ["Thumbs.db", "desktop.ini"].includes(file.name);
  const byPath = (one, other) => one.webkitRelativePath.localeCompare(other.webkitRelativePath, undefined, { numeric: true });

  async function filesIn(entry) {
    if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
    const reader = entry.createReader();
    const entries = [];
    for (;;) {
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!some.length) break;
      entries.push(...some);
    }
    entries.sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
    return (await Promise.all(entries.map(filesIn))).flat().filter((file) => !isLitter(file));
  }

  async function dropped(transfer) {
    // Asked for at once: after the first pause the browser has forgotten them.
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const files = [...transfer.files];
    try {
      return entries.length ? (await Promise.all(entries.map(filesIn))).flat() : files;
    } catch {
      return files;
    }
  }

  // --- A box --------------------------------------------------------------------

  function start(box) {
    const part = (name) => box.querySelector(`[data-${name}]`);
    const rows = part("rows");
    const isScreen = box.dataset.mode === "screen";
    const bytes = sizeWriter(JSON.parse(box.dataset.sizes));
    const chooser = part("files");
    const folderChooser = part("folder");
    // Row → {file, state, sent, request}. What the server answered for keeps its file, in case it has to be sent again.
    const transfers = new Map();
    let count = 0;

    const inState = (...states) => [...transfers].filter(([, transfer]) => states.includes(transfer.state));
    const isBusy = () => inState("queued", "sending", "stored").length > 0;

    /* What was sent before counts no more when sending begins anew. */
    function countAnew() {
      if (!isBusy()) transfers.forEach((transfer) => (transfer.isPast = true));
    }

    function add(files) {
      countAnew();
      for (const file of files) {
        const row = newRow(file.name, file.size);
        rows.append(row);
        transfers.set(row, { file, sent: 0, isPast: false });
        show(row, file.size > Number(box.dataset.limit) ? "too-large" : "queued");
      }
      pump();
    }

    function newRow(name, size) {
      const row = part("new-row").content.firstElementChild.cloneNode(true);
      const title = row.querySelector(".upload-name");
      title.id = `upload-new-${++count}`;
      row.querySelector("[data-name-place]").textContent = clean(name);
      row.querySelector("[data-size-place]").textContent = bytes(size);
      row.querySelectorAll("button").forEach((button) => button.setAttribute("aria-describedby", title.id));
      row.querySelector("progress").setAttribute("aria-labelledby", title.id);
      return row;
    }

    /* Shows a row that is this page's own in one of its states; `words` are the server's, if it said any. */
    function show(row, state, words = "") {
      const hadFocus = row.contains(document.activeElement);
      const isOver = !["queued", "sending", "stored"].includes(state);
      transfers.get(row).state = state;
      row.dataset.state = isOver ? "failed" : state === "stored" ? "sending" : state;
      row.querySelectorAll("[data-when]").forEach((line) => (line.hidden = line.dataset.when !== state));
      row.querySelector("[data-when=said]").textContent = words;
      row.querySelector("[data-cancel]").hidden = state !== "queued" && state !== "sending";
      row.querySelector("[data-again]").hidden = !isOver || state === "too-large";
      row.querySelector("[data-remove]").hidden = !isOver;
      if (hadFocus) focusIn(row);
      refresh();
    }

    // --- Sending ----------------------------------------------------------------

    /* An album gets its pictures in the order in which they arrive: for one they arrive as they were chosen. */
    const album = () => box.dataset.album ?? chooser.form?.elements.album?.value;
    const atOnce = () => (album() ? 1 : AT_ONCE);

    function pump() {
      const free = atOnce() - inState("sending", "stored").length;
      inState("queued").slice(0, Math.max(free, 0)).forEach(([row]) => send(row));
    }

    function send(row) {
      const transfer = transfers.get(row);
      const request = new XMLHttpRequest();
      let stalled;
      const isAlive = () => {
        clearTimeout(stalled);
        stalled = setTimeout(() => {
          request.onabort = () => end("network");
          request.abort();
        }, STALLED);
      };
      const end = (state, words) => {
        clearTimeout(stalled);
        if (state) fail(row, state, words);
        pump();
      };
      Object.assign(transfer, { request, sent: 0, isPast: false });
      show(row, "sending");
      request.upload.onprogress = (event) => {
        isAlive();
        const share = event.total ? event.loaded / event.total : 0;
        transfer.sent = share * transfer.file.size;
        row.querySelector("progress").value = share;
        row.querySelector("[data-percent]").textContent = percent.format(share);
        refresh();
      };
      request.upload.onload = () => {
        isAlive();
        transfer.sent = transfer.file.size;
        if (transfer.state === "sending") show(row, "stored");
      };
      request.onerror = () => end("network");
      request.onabort = () => end("cancelled");
      request.onload = () => {
        const [answer] = parsed(request.responseText);
        if (request.status === 200 && answer) {
          replace(row, answer);
          end();
        } else {
          end(...reasonOf(request));
        }
      };
      request.open("POST", box.dataset.url);
      request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
      request.setRequestHeader("X-CSRFToken", box.dataset.token);
      isAlive();
      request.send(payload(transfer.file));
    }

    function payload(file) {
      const data = chooser.form ? new FormData(chooser.form) : new FormData();
      if (box.dataset.album) data.set("album", box.dataset.album);
      ["file", "ids", "csrfmiddlewaretoken"].forEach((name) => data.delete(name));
      data.append("file", file);
      return data;
    }

    /* Why the server gave no row: [state, its words]. The sign-in page comes as a page like any other. */
    function reasonOf(request) {
      if (request.status === 400 && request.responseText.length < 500) return ["said", request.responseText];
      if (request.status === 413) return ["too-large"];
      return [[200, 403].includes(request.status) ? "signed-out" : "broken"];
    }

    function fail(row, state, words) {
      transfers.get(row).sent = 0;
      row.querySelector("progress").value = 0;
      show(row, state, words);
    }

    async function sendAgain(failed) {
      // Signed in anew, the person has another token.
      if (failed.some((row) => transfers.get(row).state === "signed-out")) await renewToken();
      countAnew();
      for (const row of failed) {
        const { file } = transfers.get(row);
        if (row.dataset.upload) {
          drop(row.dataset.upload);
          const fresh = newRow(file.name, file.size);
          transfers.delete(row);
          transfers.set(fresh, { file, sent: 0 });
          row.replaceWith(fresh);
          show(fresh, "queued");
          focusIn(fresh);
        } else {
          transfers.get(row).isPast = false;
          show(row, "queued");
        }
      }
      pump();
    }

    async function renewToken() {
      try {
        const page = await (await fetch(box.dataset.url)).text();
        const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("[data-upload-box]");
        box.dataset.token = fresh?.dataset.token ?? box.dataset.token;
      } catch {
        // Sending will say what is wrong.
      }
    }

    // --- What the server says -----------------------------------------------------

    function parsed(html) {
      const holder = document.createElement("template");
      holder.innerHTML = html;
      return [...holder.content.querySelectorAll("[data-upload]")];
    }

    /* Puts the server's row in the place of one of ours, or of an older one of its own. */
    function replace(row, answer) {
      const hadFocus = row.contains(document.activeElement);
      const transfer = transfers.get(row);
      const wasTaken = row.dataset.state === "taken";
      row.replaceWith(answer);
      if (transfer) {
        transfers.delete(row);
        const again = answer.querySelector("[data-again]");
        transfers.set(answer, { ...transfer, state: again ? "returned" : "answered", request: null });
        if (again) again.hidden = false;
      }
      if (hadFocus) focusIn(answer);
      tell(answer, wasTaken);
      refresh();
      watch();
    }

    function tell(row, wasTaken) {
      const { picture: id, name, thumbnail } = row.dataset;
      if (row.dataset.state !== "taken" || !id) return;
      const [type, detail] = wasTaken ? ["library:thumbnail", { id, thumbnail }] : ["library:taken", { id, name, thumbnail }];
      box.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
    }

    let pause = SHORTEST_PAUSE;
    let watching;
    let changedAt = Date.now();

    const waitingFor = (what) => [...rows.querySelectorAll(`[data-awaits=${what}]`)].slice(0, ASKED_AT_ONCE);

    function watch() {
      if (watching || !rows.querySelector("[data-awaits]")) return;
      pause = SHORTEST_PAUSE;
      changedAt = Date.now();
      watching = setTimeout(look, pause);
    }

    async function look() {
      const query = new URLSearchParams();
      for (const what of ["answer", "thumbnail"]) {
        query.set(what, waitingFor(what).map((row) => row.dataset.upload).join());
      }
      const answers = await ask(`${box.dataset.statusUrl}?${query}`);
      for (const answer of answers ?? []) {
        const row = rows.querySelector(`[data-upload="${answer.dataset.upload}"]`);
        if (row) replace(row, answer);
      }
      if (answers?.length) changedAt = Date.now();
      pause = answers?.length ? SHORTEST_PAUSE : Math.min(pause * 1.5, LONGEST_PAUSE);
      const isLate = waitingFor("answer").length > 0 && Date.now() - changedAt > LATE;
      part("late").textContent = isLate ? part("late-words").content.textContent : "";
      watching = rows.querySelector("[data-awaits]") ? setTimeout(look, pause) : undefined;
    }

    /* The rows that the server answers, or undefined when there was no answer. */
    async function ask(url, data) {
      try {
        const headers = { "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": box.dataset.token };
        const response = await fetch(url, { method: data ? "POST" : "GET", body: data, headers, redirect: "error" });
        return response.ok ? parsed(await response.text()) : undefined;
      } catch {
        return undefined;
      }
    }

    function answerWith(value) {
      const data = new FormData();
      data.set("answer", value);
      return ask(box.dataset.answerUrl, data);
    }

    const drop = (number) => answerWith(`forget:${number}`);

    async function decide(button) {
      const row = button.closest("[data-upload]");
      const trouble = row.querySelector("[data-trouble]");
      trouble.hidden = true;
      row.setAttribute("aria-busy", "true");
      const answers = await answerWith(button.value);
      row.removeAttribute("aria-busy");
      if (!answers) trouble.hidden = false;
      else if (answers.length) replace(row, answers[0]);
      else remove(row);
    }

    function remove(row) {
      const hadFocus = row.contains(document.activeElement);
      const neighbour = row.nextElementSibling ?? row.previousElementSibling;
      transfers.delete(row);
      row.remove();
      if (hadFocus) neighbour ? focusIn(neighbour) : part("choose").focus();
      refresh();
    }

    function focusIn(row) {
      const target = row.querySelector("button:not([hidden]), a[href]") ?? row;
      if (target === row) row.tabIndex = -1;
      target.focus();
    }

    // --- How it stands --------------------------------------------------------------

    const summary = part("summary");
    let drawing;
    let saying;

    const refresh = () => {
      drawing ??= requestAnimationFrame(draw);
      saying ??= setTimeout(say, SAID_EVERY);
    };

    function draw() {
      drawing = undefined;
      const numbers = {};
      for (const row of rows.children) {
        const state = row.dataset.state === "queued" ? "sending" : row.dataset.state;
        numbers[state] = (numbers[state] ?? 0) + 1;
      }
      const states = ["sending", "waiting", "taken", "known", "refused", "deleted", "failed"].filter((state) => numbers[state]);
      summary.textContent = states.map((state) => `${summary.dataset[state]}: ${numbers[state]}`).join(" · ");
      part("progress").hidden = !rows.children.length;
      const toLookAt = (numbers.known ?? 0) + (numbers.refused ?? 0) + (numbers.failed ?? 0);
      part("only-box").hidden = !part("only").checked && (!toLookAt || toLookAt === rows.children.length);

      const counted = ["queued", "sending", "stored", "answered", "returned"];
      const ours = [...transfers.values()].filter(({ state, isPast }) => counted.includes(state) && !isPast);
      const all = ours.reduce((sum, { file }) => sum + file.size, 0);
      const sent = ours.reduce((sum, transfer) => sum + transfer.sent, 0);
      part("all").hidden = !isBusy();
      Object.assign(part("all").querySelector("progress"), { max: all || 1, value: sent });
      part("bytes").textContent = `${bytes(sent)} / ${bytes(all)}`;

      part("cancel-all").hidden = !isBusy();
      part("again-all").hidden = isBusy() || failedRows().length < 2;
      document.querySelectorAll("[data-upload-next]").forEach((element) => (element.hidden = !numbers.taken));
    }

    /* For screen readers a few times only; and the address, so that reloading the page shows the same list. */
    function say() {
      saying = undefined;
      part("announce").textContent = summary.textContent;
      if (!isScreen) return;
      const numbers = [...rows.querySelectorAll("[data-upload]")].slice(-REMEMBERED).map((row) => row.dataset.upload).join();
      const address = new URL(location.href);
      address.searchParams.set("ids", numbers);
      history.replaceState(null, "", address.href.replaceAll("%2C", ","));
      document.querySelectorAll("input[name=ids]").forEach((input) => (input.value = numbers));
    }

    const failedRows = () =>
      inState("cancelled", "network", "signed-out", "broken", "said", "returned").map(([row]) => row);

    // --- What the person does ---------------------------------------------------------

    const take = async (files) => {
      add(await files);
      part("progress").scrollIntoView({ block: "nearest" });
    };

    box.querySelectorAll("[data-with-script]").forEach((element) => (element.hidden = false));
    chooser.hidden = true;
    part("choose").addEventListener("click", () => chooser.click());
    part("choose-folder").addEventListener("click", () => folderChooser.click());
    chooser.addEventListener("change", () => {
      take([...chooser.files]);
      chooser.value = "";
    });
    folderChooser.addEventListener("change", () => {
      take([...folderChooser.files].filter((file) => !isLitter(file)).sort(byPath));
      folderChooser.value = "";
    });

    const area = isScreen ? document.documentElement : box;
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
    let inside = 0;
    const mark = (change) => {
      inside = Math.max(inside + change, 0);
      part("drop").classList.toggle("is-over", inside > 0);
    };
    area.addEventListener("dragenter", (event) => hasFiles(event) && mark(1));
    area.addEventListener("dragleave", (event) => hasFiles(event) && mark(-1));
    area.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
    area.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      mark(-inside);
      take(dropped(event.dataTransfer));
    });

    const stop = (row) => {
      const transfer = transfers.get(row);
      if (transfer.state === "queued") show(row, "cancelled");
      else transfer.request?.abort();
    };
    box.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      const row = button?.closest(".upload-row");
      if (!button) return;
      if (button.name === "answer") {
        event.preventDefault();
        decide(button);
      } else if (row && "cancel" in button.dataset) stop(row);
      else if (row && "again" in button.dataset) sendAgain([row]);
      else if (row && "remove" in button.dataset) remove(row);
    });
    part("cancel-all").addEventListener("click", () => {
      // Those that wait first, or they would be sent in place of the others.
      [...inState("queued"), ...inState("sending")].forEach(([row]) => stop(row));
      part("choose").focus();
    });
    part("again-all").addEventListener("click", () => {
      sendAgain(failedRows());
      part("choose").focus();
    });
    part("only").addEventListener("change", (event) => rows.classList.toggle("is-only-open", event.target.checked));
    addEventListener("beforeunload", (event) => isBusy() && event.preventDefault());

    draw();
    watch();
  }

  document.querySelectorAll("[data-upload-box]").forEach(start);
  document.querySelectorAll("[data-without-script]").forEach((element) => (element.hidden = true));
})();
