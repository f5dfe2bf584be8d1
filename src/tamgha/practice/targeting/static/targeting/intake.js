/* When the work on a file has ended, the page shows what came out. Without this file there is a link. */
"use strict";

(() => {
  const watched = document.querySelector("[data-then]");
  if (!watched) return;
  const look = new MutationObserver(() => {
    const work = watched.querySelector(".tm-work");
    if (work && !work.hasAttribute("hx-get")) {
      look.disconnect();
      window.location.assign(watched.dataset.then);
    }
  });
  look.observe(watched, { childList: true, subtree: true });
})();
