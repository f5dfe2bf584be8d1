// Forms: the error summary takes the focus, a draft is kept on this device, leaving warns.
// A draft lies in localStorage under the person's key, never with passwords or files, and goes
// when the form was taken, when it is thrown away, and when the person signs out.
const STORE = "tm-draft:";
const SENT = "tm-draft-sent";

const person = () => document.body.dataset.tmPerson || "";
const keyOf = (form) => `${STORE}${person()}:${form.dataset.tmDraft}`;

function isKept(field) {
  const quiet = ["password", "file", "hidden", "submit", "button", "reset"];
  return field.name && !quiet.includes(field.type) && field.dataset.tmDraft !== "off" && !field.disabled;
}

function read(form) {
  const values = {};
  for (const field of form.elements) {
    if (!isKept(field)) continue;
    const chosen = (values[field.name] ??= []);
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked) chosen.push(field.value);
    } else if (field.multiple) {
      chosen.push(...[...field.selectedOptions].map((option) => option.value));
    } else {
      chosen.push(field.value);
    }
  }
  return values;
}

function write(form, values) {
  const places = {};
  for (const field of form.elements) {
    if (!isKept(field) || !(field.name in values)) continue;
    const chosen = values[field.name];
    if (field.type === "checkbox" || field.type === "radio") {
      field.checked = chosen.includes(field.value);
    } else if (field.multiple) {
      for (const option of field.options) option.selected = chosen.includes(option.value);
    } else {
      const place = (places[field.name] = (places[field.name] ?? -1) + 1);
      if (place < chosen.length) field.value = chosen[place];
    }
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function stored(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function keep(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false; // private window or full store: the form itself still works
  }
}

function watch(form) {
  const start = read(form);
  const state = { changed: form.dataset.tmRefused !== undefined, leaving: false };
  let later;
  form.addEventListener("input", () => {
    state.changed = !same(read(form), start);
    clearTimeout(later);
    later = setTimeout(() => state.leaving || keepDraft(form, state), 400);
  });
  form.addEventListener("submit", () => {
    state.leaving = true;
    clearTimeout(later);
    if (form.dataset.tmDraft && state.changed) {
      keepDraft(form, state);
      sessionStorage.setItem(SENT, JSON.stringify({ key: keyOf(form), page: location.pathname }));
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (state.changed && !state.leaving && form.isConnected) event.preventDefault();
  });
  if (form.dataset.tmDraft) offer(form, start, state);
}

function keepDraft(form, state) {
  if (!form.dataset.tmDraft) return;
  if (!state.changed) {
    localStorage.removeItem(keyOf(form));
    return;
  }
  const at = new Date();
  if (!keep(keyOf(form), { at: at.toISOString(), values: read(form) })) return;
  const note = form.querySelector("[data-tm-draft-note]");
  if (note) {
    note.textContent = note.dataset.tmText.replace("{time}", at.toTimeString().slice(0, 5));
    note.hidden = false;
  }
}

function offer(form, start, state) {
  const draft = stored(keyOf(form));
  const strip = form.querySelector("[data-tm-draft-offer]");
  if (!draft || !strip || form.dataset.tmRefused !== undefined || same(draft.values, start)) return;
  const at = new Date(draft.at);
  const said = new Intl.DateTimeFormat(document.documentElement.lang, {
    day: "numeric", month: "long", hour: "2-digit", minute: "2-digit",
  }).format(at);
  const words = strip.querySelector("[data-tm-text]");
  words.textContent = words.dataset.tmText.replace("{time}", said);
  strip.hidden = false;
  strip.addEventListener("click", (event) => {
    const act = event.target.closest("[data-tm-do]")?.dataset.tmDo;
    if (!act) return;
    if (act === "take") {
      write(form, draft.values);
      state.changed = true;
    } else {
      localStorage.removeItem(keyOf(form));
    }
    strip.hidden = true;
    form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  });
}

// The page after a form was sent tells whether it was taken: it is another page, or the same
// page without a refusal. Back, reload and a browser's error page prove nothing: the draft stays.
function settle() {
  const sent = JSON.parse(sessionStorage.getItem(SENT) || "null");
  if (!sent) return;
  sessionStorage.removeItem(SENT);
  const [visit] = performance.getEntriesByType("navigation");
  const from = document.referrer && new URL(document.referrer).pathname;
  const refused = document.querySelector("form[data-tm-refused]");
  if (visit?.type === "navigate" && from === sent.page && !refused) localStorage.removeItem(sent.key);
}

function forget(event) {
  if (event.target.dataset.tmSignOut === undefined) return;
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(STORE)) localStorage.removeItem(key);
  }
}

function nudge(event) {
  const button = event.target.closest("[data-tm-nudge]");
  const input = button?.closest(".tm-nudge").querySelector("input");
  if (!input) return;
  if (button.dataset.tmNudge === "up") input.stepUp();
  else input.stepDown();
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function begin(root) {
  root.querySelectorAll(".tm-nudge button[hidden]").forEach((button) => (button.hidden = false));
  root.querySelectorAll("form[data-tm-form]").forEach((form) => {
    if (form.tmWatched) return;
    form.tmWatched = true;
    watch(form);
  });
}

settle();
begin(document);
document.querySelector("[data-tm-summary]")?.focus();
document.addEventListener("click", nudge);
document.addEventListener("submit", forget);
document.body.addEventListener("htmx:load", (event) => begin(event.target));
