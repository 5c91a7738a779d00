/*
The page of a picture: its focal point and its hidden parts, by pointer and by keyboard.

The number fields of the form hold everything; what is drawn follows them, and
whoever drags or presses a key changes them. Arrow keys move what is on the
picture, so they go where they point in every reading direction.
*/
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const stage = document.querySelector("[data-stage]");
  if (!stage) return;
  const SVG = "http://www.w3.org/2000/svg";
  const find = (selector) => stage.querySelector(selector);
  const canvas = find("[data-canvas]");
  const width = Number(stage.dataset.width);
  const height = Number(stage.dataset.height);
  const focal = { x: document.getElementById("id_focal_x"), y: document.getElementById("id_focal_y") };
  const point = find("[data-point]");
  const list = find("[data-area-list]");
  const said = find("[data-said]");
  // Who may not change the picture sees it as the server drew it.
  if (!focal.x || !focal.y || !find("[data-tools]")) return;

  const SMALLEST = 1; // percent
  const between = (value, least, most) => Math.min(Math.max(value, least), most);
  const rounded = (value) => Math.round(value * 10) / 10;
  const filled = (words, values) => words.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);

  const draw = (name, attributes, parent) => {
    const element = document.createElementNS(SVG, name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    parent?.append(element);
    return element;
  };

  const sayUnsaved = () => {
    said.textContent = stage.dataset.sayUnsaved;
  };

  /* --- Focal point and previews --- */

  /* The part of the picture that is kept: as `imaging.crop_box` says. */
  const crop = (ratio, x, y) => {
    const isWider = width / height > ratio;
    const part = isWider ? [Math.round(height * ratio), height] : [width, Math.round(width / ratio)];
    const left = between(Math.round((width * x) / 100 - part[0] / 2), 0, width - part[0]);
    const top = between(Math.round((height * y) / 100 - part[1] / 2), 0, height - part[1]);
    return [left, top, ...part];
  };

  const numberIn = (input) => between(Number(input.value) || 0, 0, 100);

  const showPoint = () => {
    const [x, y] = [numberIn(focal.x), numberIn(focal.y)];
    point.querySelectorAll("circle").forEach((circle) => {
      circle.setAttribute("cx", (width * x) / 100);
      circle.setAttribute("cy", (height * y) / 100);
    });
    point.setAttribute("aria-valuenow", x);
    point.setAttribute("aria-valuetext", filled(stage.dataset.sayPoint, { x, y }));
    point.setAttribute("aria-label", filled(stage.dataset.sayPoint, { x, y }));
    stage.querySelectorAll("[data-ratio]").forEach((preview) => {
      preview.setAttribute("viewBox", crop(Number(preview.dataset.ratio), x, y).join(" "));
    });
  };

  const setPoint = (x, y) => {
    focal.x.value = between(Math.round(x), 0, 100);
    focal.y.value = between(Math.round(y), 0, 100);
    showPoint();
    sayUnsaved();
  };

  /* --- Hidden parts --- */

  const fieldsOf = (row) => {
    const input = (name) => row.querySelector(`[data-field="${name}"] :is(input, select)`);
    return { shape: input("shape"), left: input("left"), top: input("top"), width: input("width"), height: input("height") };
  };

  const areaOf = (row) => {
    const fields = fieldsOf(row);
    const area = { shape: fields.shape.value };
    for (const name of ["left", "top", "width", "height"]) area[name] = Number(fields[name].value) || 0;
    return area;
  };

  const removal = (row) => row.querySelector("[data-remove]");
  const isShown = (row) => !row.hidden && fieldsOf(row).width.value !== "";
  const rows = () => [...list.children].filter(isShown);
  const handles = new Map(); // row → what stands for it on the picture

  const setArea = (row, { left, top, width: wide, height: high }) => {
    const fields = fieldsOf(row);
    const size = { width: between(wide, SMALLEST, 100), height: between(high, SMALLEST, 100) };
    fields.width.value = rounded(size.width);
    fields.height.value = rounded(size.height);
    fields.left.value = rounded(between(left, 0, 100 - size.width));
    fields.top.value = rounded(between(top, 0, 100 - size.height));
    showAreas();
    sayUnsaved();
  };

  const shapeFor = (area, parent, className) => {
    const [x, y] = [(width * area.left) / 100, (height * area.top) / 100];
    const [wide, high] = [(width * area.width) / 100, (height * area.height) / 100];
    if (area.shape === "ellipse") {
      return draw("ellipse", { class: className, cx: x + wide / 2, cy: y + high / 2, rx: wide / 2, ry: high / 2 }, parent);
    }
    return draw("rect", { class: className, x, y, width: wide, height: high }, parent);
  };

  const showAreas = () => {
    find("[data-areas]").replaceChildren();
    handles.forEach((handle, row) => {
      if (!isShown(row)) {
        handle.remove();
        handles.delete(row);
      }
    });
    rows().forEach((row, index) => {
      const area = areaOf(row);
      shapeFor(area, find("[data-areas]"), "area-shape");
      row.querySelector("[data-name]").textContent = filled(stage.dataset.sayPart, { number: index + 1 });
      const handle = handles.get(row) ?? newHandle(row);
      handle.replaceChildren();
      shapeFor(area, handle, "area-handle");
      const corner = { cx: (width * (area.left + area.width)) / 100, cy: (height * (area.top + area.height)) / 100 };
      draw("circle", { class: "area-corner", r: Number(stage.dataset.radius) / 2, ...corner }, handle);
      const words = area.shape === "ellipse" ? stage.dataset.sayEllipse : stage.dataset.sayRectangle;
      const text = filled(words, { number: index + 1, ...area });
      handle.setAttribute("aria-valuenow", area.left);
      handle.setAttribute("aria-valuetext", text);
      handle.setAttribute("aria-label", text);
    });
  };

  const newHandle = (row) => {
    const facts = { class: "area", tabindex: 0, role: "slider", "aria-valuemin": 0, "aria-valuemax": 100 };
    const handle = draw("g", { ...facts, "aria-describedby": "stage-help" }, find("[data-handles]"));
    handles.set(row, handle);
    handle.addEventListener("keydown", (event) => {
      if (["Delete", "Backspace"].includes(event.key)) {
        event.preventDefault();
        remove(row);
        return;
      }
      const [x, y] = step(event);
      if (!x && !y) return;
      event.preventDefault();
      const area = areaOf(row);
      if (event.shiftKey) setArea(row, { ...area, width: area.width + x, height: area.height + y });
      else setArea(row, { ...area, left: area.left + x, top: area.top + y });
    });
    return handle;
  };

  const step = (event) =>
    ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] })[event.key] ?? [0, 0];

  const remove = (row) => {
    const box = removal(row);
    if (!box) return;
    const left = rows();
    const next = left[left.indexOf(row) + 1] ?? left[left.indexOf(row) - 1];
    box.checked = true;
    row.hidden = true;
    showAreas();
    sayUnsaved();
    (handles.get(next) ?? point).focus();
  };

  /* The row of the form for a new part: the empty one that is there without script, then copies of the template. */
  const newRow = (shape) => {
    let row = [...list.children].find((one) => "new" in one.dataset && one.hidden && !removal(one)?.checked);
    if (!row) {
      const total = document.getElementById("id_areas-TOTAL_FORMS");
      const copy = find("[data-area-template]").innerHTML.replaceAll("__prefix__", total.value);
      list.insertAdjacentHTML("beforeend", copy);
      total.value = Number(total.value) + 1;
      row = list.lastElementChild;
    }
    row.hidden = false;
    prepare(row);
    fieldsOf(row).shape.value = shape;
    return row;
  };

  const prepare = (row) => {
    if ("prepared" in row.dataset) return;
    row.dataset.prepared = "";
    row.addEventListener("input", () => {
      showAreas();
      sayUnsaved();
    });
    const box = removal(row);
    if (!box) return;
    const label = box.labels[0];
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = label.textContent.replace(/[:\s]+$/, "");
    button.addEventListener("click", () => remove(row));
    box.hidden = label.hidden = true;
    label.after(button);
  };

  /* --- Tools --- */

  const tool = () => find("[name=stage-tool]:checked").value;

  const showTool = () => {
    find("[data-add]").hidden = tool() === "point";
    canvas.dataset.tool = tool();
  };

  find("[data-add]").addEventListener("click", () => {
    const row = newRow(tool());
    setArea(row, { left: 40, top: 40, width: 20, height: 20 });
    handles.get(row).focus();
  });

  point.addEventListener("keydown", (event) => {
    const [x, y] = step(event);
    if (!x && !y) return;
    event.preventDefault();
    const far = event.shiftKey ? 10 : 1;
    setPoint(numberIn(focal.x) + x * far, numberIn(focal.y) + y * far);
  });

  /* Where the pointer is, in percent of the picture. */
  const placeOf = (event) => {
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(canvas.getScreenCTM().inverse());
    return { x: between((place.x / width) * 100, 0, 100), y: between((place.y / height) * 100, 0, 100) };
  };

  /* What a drag does, by where it begins: a function of the place that the pointer comes to. */
  const dragFrom = (event) => {
    const start = placeOf(event);
    const [row] = [...handles].find(([_row, handle]) => handle.contains(event.target)) ?? [];
    if (row) {
      const area = areaOf(row);
      handles.get(row).focus();
      if (event.target.classList.contains("area-corner")) {
        return (at) => setArea(row, { ...area, width: area.width + at.x - start.x, height: area.height + at.y - start.y });
      }
      return (at) => setArea(row, { ...area, left: area.left + at.x - start.x, top: area.top + at.y - start.y });
    }
    if (tool() === "point") return (at) => setPoint(at.x, at.y);
    let drawn = null;
    return (at) => {
      const area = { left: Math.min(start.x, at.x), top: Math.min(start.y, at.y) };
      const size = { width: Math.abs(at.x - start.x), height: Math.abs(at.y - start.y) };
      // A mere click draws nothing.
      if (!drawn && Math.max(size.width, size.height) < SMALLEST) return;
      drawn ??= newRow(tool());
      setArea(drawn, { ...area, ...size });
    };
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const drag = dragFrom(event);
    const move = (other) => drag(placeOf(other));
    canvas.setPointerCapture(event.pointerId);
    canvas.addEventListener("pointermove", move);
    const end = (other) => {
      if (other.type === "pointerup") move(other);
      canvas.removeEventListener("pointermove", move);
      canvas.removeEventListener("pointerup", end);
      canvas.removeEventListener("pointercancel", end);
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    event.preventDefault();
  });

  /* --- Start --- */

  const facts = { tabindex: 0, role: "slider", "aria-valuemin": 0, "aria-valuemax": 100, "aria-describedby": "stage-help" };
  Object.entries(facts).forEach(([name, value]) => point.setAttribute(name, value));
  find("[data-tools]").hidden = find("[data-help]").hidden = false;
  [...list.children].forEach((row) => {
    prepare(row);
    if (removal(row)?.checked || ("new" in row.dataset && fieldsOf(row).width.value === "")) row.hidden = true;
  });
  stage.addEventListener("change", (event) => {
    if (event.target.name === "stage-tool") showTool();
  });
  [focal.x, focal.y].forEach((input) => input.addEventListener("input", showPoint));
  showTool();
  showPoint();
  showAreas();
});
