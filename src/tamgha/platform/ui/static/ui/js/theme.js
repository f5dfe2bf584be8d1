// Runs before the first paint. Without a choice the page follows the system.
(function () {
  const root = document.documentElement;
  if (root.dataset.tmFollow === undefined) return;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => root.setAttribute("data-bs-theme", system.matches ? "dark" : "light");
  follow();
  system.addEventListener("change", () => root.dataset.tmFollow !== undefined && follow());
})();
