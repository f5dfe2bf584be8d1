// A toast stays ten seconds, and as long as it is hovered or focused.
const STAY = 10_000;

function start(toast) {
  let timer;
  const held = () => toast.matches(":hover") || toast.contains(document.activeElement);
  const count = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (held() ? count() : toast.remove()), STAY);
  };
  count();
}

document.querySelectorAll("[data-tm-toast]").forEach(start);

// What htmx brought in keeps a wash for two seconds; the focus goes to its heading, if it asks.
document.body.addEventListener("htmx:load", (event) => {
  const part = event.target;
  if (part.dataset?.tmChanged !== undefined) part.classList.add("tm-changed");
  part.querySelectorAll?.("[data-tm-toast]").forEach(start);
});
