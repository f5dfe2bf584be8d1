// The line: since when there is none, and that one may go on.
const strip = document.querySelector("[data-tm-no-line]");
const sent = document.querySelector("[data-tm-sent]");

function show() {
  if (!strip) return;
  strip.hidden = navigator.onLine;
  if (navigator.onLine) return;
  const since = strip.querySelector("[data-tm-since]");
  since.textContent = since.dataset.tmText.replace("{time}", new Date().toTimeString().slice(0, 5));
  if (sent) sent.textContent = sent.dataset.tmOffline;
}

window.addEventListener("offline", show);
window.addEventListener("online", () => {
  if (strip) strip.hidden = true;
  if (sent) sent.textContent = sent.dataset.tmOnline;
});
if (!navigator.onLine) show();
