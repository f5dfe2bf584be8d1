/* Choosing a kind shows its parameters at once. Without this file there is a button. */
"use strict";

(() => {
  const kind = document.getElementById("kind");
  const show = document.querySelector('#indicator button[value="kind"]');
  if (!kind || !show) return;
  show.hidden = true;
  kind.addEventListener("change", () => kind.form.requestSubmit(show));
})();
