/* Articles: only the field of the chosen format's medium is shown. Without script all are. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const format = document.getElementById("id_format");
  if (!format) return;
  const fields = {
    video: "video",
    gallery: "album",
    infographic: "infographic",
    document: "document",
    playlist: "playlist",
    press_conference: "press_conference",
  };
  const update = () => {
    Object.entries(fields).forEach(([name, field]) => {
      const row = document.querySelector(`.form-row.field-${field}`);
      if (row) row.hidden = name !== format.value;
    });
  };
  format.addEventListener("change", update);
  update();
});
