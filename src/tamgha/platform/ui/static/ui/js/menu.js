// Menus are <details>: they open without script. Here: Escape and a click outside close them,
// and the theme changes without a new page.
const menus = () => document.querySelectorAll("details.tm-menu[open]");

document.addEventListener("click", (event) => {
  menus().forEach((menu) => menu.contains(event.target) || (menu.open = false));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menus().forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

document.addEventListener("submit", (event) => {
  const theme = event.submitter?.dataset.tmTheme;
  if (theme === undefined) return;
  event.preventDefault();
  const root = document.documentElement;
  const year = 365 * 24 * 3600;
  if (theme) {
    root.setAttribute("data-bs-theme", theme);
    delete root.dataset.tmFollow;
  } else {
    const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
    root.setAttribute("data-bs-theme", dark ? "dark" : "light");
    root.dataset.tmFollow = "";
  }
  document.cookie = `tm-theme=${theme};path=/;max-age=${theme ? year : 0};samesite=lax`;
  event.target.querySelectorAll("[data-tm-theme]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.tmTheme === theme));
  });
});
