// Single keys, matched by their place on the keyboard; off inside inputs. "/" goes to the search.
// The arrows walk the links in the first column of a table that has data-tm-walk.
const typing = (target) => target.closest("input, select, textarea, [contenteditable]");

function walk(event) {
  const table = document.querySelector("table[data-tm-walk]");
  if (!table || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const row = event.target.closest("tr");
  if (!row || !table.contains(row)) return;
  const links = [...table.querySelectorAll("tbody tr > :first-child a")];
  const at = links.findIndex((link) => row.contains(link));
  const next = links[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
  if (document.body.dataset.tmKeys === "off") return;
  if (event.key === "/" || (event.code === "Slash" && !event.shiftKey)) {
    const search = document.querySelector("input[type=search], a[data-tm-search]");
    if (!search) return;
    event.preventDefault();
    search.matches("a") ? search.click() : search.focus();
    return;
  }
  walk(event);
});
