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
    const sent = valuesOf(form);
    const data = new FormData(form);
    if (act) data.append("do", act);
    const address = form.dataset.live + (part ? `?part=${part}` : "");
    const token = data.get("csrfmiddlewaretoken");
    fetch(address, { method: "POST", body: data, headers: { "X-CSRFToken": token, "HX-Request": "true" } })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)))))
      .then((html) => {
        if (mine === turn) take(html, sent); // of two answers the later edit counts
      })
      .catch(() => { /* the line is slow or gone: the form still works by its buttons */ })
      .finally(() => {
        if (part !== "builder") return;
        changing = false;
        const next = later.shift();
        if (next) ask(...next);
      });
  };

  const valuesOf = (part) => new Map(
    [...part.querySelectorAll("input[id]:not([type=hidden]), select[id]")].map((one) => [one.id, one.value]),
  );

  // What was chosen or typed while the answer was on its way is later than the answer.
  const keepLater = (old, sent) => {
    const later = [...valuesOf(old)].filter(([id, value]) => sent.has(id) && sent.get(id) !== value);
    return (fresh) => {
      for (const [id, value] of later) {
        const control = fresh.querySelector(`#${CSS.escape(id)}`);
        if (!control) continue;
        if (control.tagName !== "SELECT" || [...control.options].some((one) => one.value === value)) control.value = value;
      }
    };
  };

  const take = (html, sent) => {
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
      const chosen = keepLater(old, sent);
      old.replaceWith(document.adoptNode(fresh));
      chosen(fresh);
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
    if (!at.matches("select[data-live-builder], select[name$='-kind']")) return;
    window.clearTimeout(waiting); // typing in a select changes it several times
    waiting = window.setTimeout(() => ask("builder"), 180);
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
