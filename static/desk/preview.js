/* Previews work without this file. */
(document => {
  "use strict";
  /* Other pages of the site may not stand in a frame: links of the previewed page open beside it. */
  const frame = document.querySelector(".preview-frame iframe");
  const openBeside = () => frame.contentDocument?.querySelectorAll('a[href]:not([href^="#"])').forEach(link => { link.target = "_blank"; });
  frame?.addEventListener("load", openBeside);
  if (frame?.contentDocument?.readyState === "complete") openBeside();

  /* A share link's address: one press copies it. */
  if (!navigator.clipboard) return;
  document.querySelectorAll("[data-copy]").forEach(button => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.done;
    });
  });
})(document);
