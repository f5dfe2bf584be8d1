/* The editor that follows while one types. Without this file every button still works by a page load. */
"use strict";

(() => {
  const form = document.getElementById("editor");
  if (!form || !window.htmx) return;
  let waiting = 0;
  let turn = 0;
  let changing = false; // a row is being added, removed or turned into another
  const later = []; // what was asked for meanwhile, in order

  const ask = (part, act) => {
    window.clearTimeout(waiting);
    if (changing) {
      later.push([part, act]);
      return;
    }
    changing = part === "builder";
    const mine = ++turn;
    const data = new FormData(form);
    if (act) data.append("do", act);
    const address = form.dataset.live + (part ? `?part=${part}` : "");
    const token = data.get("csrfmiddlewaretoken");
    fetch(address, { method: "POST", body: data, headers: { "X-CSRFToken": token, "HX-Request": "true" } })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)))))
      .then((html) => {
        if (mine === turn) take(html); // of two answers the later edit counts
      })
      .catch(() => { /* the line is slow or gone: the form still works by its buttons */ })
      .finally(() => {
        if (part !== "builder") return;
        changing = false;
        const next = later.shift();
        if (next) ask(...next);
      });
  };

  const take = (html) => {
    const held = document.activeElement && document.activeElement.id;
    const parts = new DOMParser().parseFromString(html, "text/html");
    for (const fresh of parts.querySelectorAll("[hx-swap-oob]")) {
      const old = document.getElementById(fresh.id);
      if (!old) continue;
      fresh.removeAttribute("hx-swap-oob");
      if (old.id === "cond-text") {
        if (old !== document.activeElement) old.value = fresh.value;
        continue;
      }
      const weeks = old.querySelector("#weeks");
      if (weeks && fresh.querySelector("#weeks")) fresh.querySelector("#weeks").replaceChildren(...weeks.cloneNode(true).childNodes);
      const typed = keepTyped(old);
      old.replaceWith(document.adoptNode(fresh));
      typed();
      window.htmx.process(fresh);
    }
    const again = held && document.getElementById(held);
    if (again && again !== document.activeElement) again.focus({ preventScroll: true });
  };

  // Controls inside a swapped part keep what is being typed into them.
  const keepTyped = (old) => {
    const at = document.activeElement;
    if (!at || !old.contains(at) || !("value" in at) || !at.id) return () => {};
    const { id, value, selectionStart, selectionEnd } = at;
    return () => {
      const fresh = document.getElementById(id);
      if (!fresh || fresh.tagName === "BUTTON") return;
      fresh.value = value;
      fresh.focus({ preventScroll: true });
      if (selectionStart !== null && fresh.setSelectionRange && fresh.type === "text") fresh.setSelectionRange(selectionStart, selectionEnd);
    };
  };

  form.addEventListener("input", (event) => {
    if (!event.target.closest("[data-live-input]")) return;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => ask(""), 180);
  });
  form.addEventListener("change", (event) => {
    const at = event.target;
    if (at.matches("select[data-live-builder], select[name$='-kind']")) ask("builder");
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-live-builder]");
    if (!button) return;
    event.preventDefault();
    ask("builder", button.value);
  });

  // The tree of goods opens over the page; a chosen code goes into the row's value.
  const dialog = document.getElementById("goods-dialog");
  form.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goods]");
    if (!link) return;
    event.preventDefault();
    dialog.showModal();
    window.htmx.ajax("GET", link.getAttribute("href"), { target: dialog.querySelector("[data-goods-sheet]"), swap: "innerHTML" });
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    if (!button) return;
    const input = document.getElementById(button.dataset.into);
    if (!input) return;
    input.value = button.dataset.take;
    dialog.close();
    input.focus();
    ask("builder");
  });
})();
