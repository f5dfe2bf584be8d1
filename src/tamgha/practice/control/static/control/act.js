/* The examiner's act: Alt+↓ next item, Alt+N no difference (by the place of the key, whatever the
   layout); the main button says "partial" while an item is left open. All of it works without. */

const items = [...document.querySelectorAll("[data-item]")];

function current() {
  return items.findIndex((item) => item.contains(document.activeElement));
}

function go(place) {
  const item = items[place];
  const field = item?.querySelector("input, select, textarea");
  field?.focus();
  item?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.code === "ArrowDown" || event.code === "ArrowUp") {
    event.preventDefault();
    const step = event.code === "ArrowDown" ? 1 : -1;
    go(Math.min(items.length - 1, Math.max(0, current() + step)));
  } else if (event.code === "KeyN" && current() >= 0) {
    event.preventDefault();
    const choice = items[current()].querySelector("select");
    if (choice) {
      choice.value = "clean";
      choice.dispatchEvent(new Event("change", { bubbles: true }));
    }
    go(Math.min(items.length - 1, current() + 1));
  }
});

function follow() {
  let partial = false;
  for (const item of items) {
    const choice = item.querySelector("select")?.value ?? "";
    partial ||= choice === "open";
    const found = choice !== "" && choice !== "open" && choice !== "clean";
    item.querySelector("[data-open]")?.toggleAttribute("open", choice === "open");
    if (found) item.querySelector("[data-found]")?.setAttribute("open", "");
  }
  for (const button of document.querySelectorAll("button[data-partial]")) {
    if (button.dataset.whole !== button.dataset.partial && !button.dataset.fixed) {
      button.textContent = partial ? button.dataset.partial : button.dataset.whole;
    }
  }
}

document.querySelector("#act")?.addEventListener("change", follow);
follow();
