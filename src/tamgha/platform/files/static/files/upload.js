// Sends a chosen file in slices while the form is filled in; goes on after a broken line, and after
// the page was left, when the same file is chosen again. Without this script the form posts the file.

const LEAST = 64 * 1024;
const FIRST = 256 * 1024;
const KEPT = "tm-upload:";

const megabytes = (bytes) => (bytes / 1048576).toFixed(1);

const fill = (text, values) =>
  Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), text);

const nap = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

class Sending {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("input[type=file]");
    this.key = box.querySelector("[data-tm-key]");
    this.bar = box.querySelector("progress");
    this.said = box.querySelector("[data-tm-said]");
    this.form = this.input.form;
    this.turn = 0;
    this.input.addEventListener("change", () => this.choose());
    this.form.addEventListener("submit", (event) => this.hold(event));
  }

  words(name, values = {}) {
    this.said.textContent = fill(this.box.dataset[name], values);
  }

  token() {
    return this.form.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  async call(address, options = {}) {
    const headers = { "X-CSRFToken": this.token(), ...options.headers };
    return fetch(address, { credentials: "same-origin", ...options, headers });
  }

  async choose() {
    const turn = ++this.turn;
    const file = this.input.files[0];
    this.key.value = "";
    this.key.disabled = true;
    this.input.setCustomValidity("");
    this.bar.hidden = !file;
    this.said.textContent = "";
    if (!file) return;
    if (file.size > Number(this.box.dataset.tmMost)) {
      this.input.setCustomValidity(this.box.dataset.tmLarge);
      this.words("tmLarge");
      return;
    }
    this.sending = this.send(file, turn).catch(() => {
      this.bar.hidden = true; // the form still posts the file itself
    });
  }

  name(file) {
    return `${KEPT}${this.box.dataset.tmPurpose}:${file.name}:${file.size}:${file.lastModified}`;
  }

  async begin(file) {
    const kept = localStorage.getItem(this.name(file));
    if (kept) {
      const answer = await this.call(kept);
      if (answer.ok) return answer.json();
      localStorage.removeItem(this.name(file));
    }
    const body = new URLSearchParams({
      name: file.name,
      size: file.size,
      purpose: this.box.dataset.tmPurpose,
    });
    const answer = await this.call(this.box.dataset.tmBegin, { method: "POST", body });
    const state = await answer.json();
    if (!answer.ok) {
      this.said.textContent = state.error;
      throw new Error(state.error);
    }
    localStorage.setItem(this.name(file), state.address);
    return state;
  }

  async send(file, turn) {
    let state = await this.begin(file);
    let slice = FIRST;
    let wait = 1000;
    while (state.received < state.size) {
      if (turn !== this.turn) return;
      this.show(state);
      const end = Math.min(state.received + slice, state.size);
      const begun = performance.now();
      try {
        const answer = await this.call(state.address, {
          method: "POST",
          body: file.slice(state.received, end),
          headers: { "Content-Type": "application/octet-stream", "X-Offset": state.received },
        });
        if (answer.status !== 409 && !answer.ok) throw new Error(String(answer.status));
        state = await answer.json();
        wait = 1000;
        const seconds = (performance.now() - begun) / 1000;
        if (seconds < 1) slice = Math.min(slice * 2, state.slice);
        if (seconds > 5) slice = Math.max(slice / 2, LEAST);
      } catch {
        this.words("tmWaiting");
        slice = Math.max(slice / 2, LEAST);
        await nap(wait);
        wait = Math.min(wait * 2, 30000);
      }
    }
    if (turn !== this.turn) return;
    localStorage.removeItem(this.name(file));
    this.key.value = state.key;
    this.key.disabled = false;
    this.input.disabled = true; // the form sends the key, not the bytes once more
    this.show(state);
    this.words("tmThere");
  }

  show(state) {
    this.bar.value = state.size ? (100 * state.received) / state.size : 100;
    this.words("tmSending", { done: megabytes(state.received), size: megabytes(state.size) });
  }

  async hold(event) {
    if (!this.sending || this.key.value || !this.input.files[0]) return;
    event.preventDefault();
    const button = event.submitter;
    await this.sending;
    this.form.requestSubmit(button);
    this.sending = null;
  }
}

for (const box of document.querySelectorAll("[data-tm-upload]")) {
  if (!box.dataset.tmReady) {
    box.dataset.tmReady = "1";
    new Sending(box);
  }
}
