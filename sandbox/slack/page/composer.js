// The box at the bottom: messages, slash commands with their hints, history by arrow keys.

import { h } from "./dom.js";

const KEPT = 50;

export class Composer {
  // say(text) resolves with whether it was taken.
  constructor({ kind, placeholder, commands, account, say }) {
    this.commands = commands;
    this.history = new History(account);
    this.say = say;
    this.hints = h("div", { class: "hints", hidden: true });
    this.text = h("textarea", { class: "text", rows: 1, placeholder, "aria-label": placeholder, data: { composer: kind }, spellcheck: false });
    this.send = h("button", { type: "submit", class: "send", "aria-label": "Send", data: { send: kind } }, "➤");
    this.box = h("form", { class: "composer", on: { submit: (event) => { event.preventDefault(); this.submit(); } } }, this.hints, this.text, this.send);
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("input", () => this.changed());
    this.changed();
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Tab" && !this.hints.hidden && !this.text.value.includes(" ")) {
      event.preventDefault();
      this.fill(`${this.offered()[0].command} `);
    } else if (event.key === "ArrowUp" && this.text.selectionStart === 0 || event.key === "ArrowUp" && this.history.walking) {
      this.walk(event, this.history.older(this.text.value));
    } else if (event.key === "ArrowDown" && this.history.walking) {
      this.walk(event, this.history.newer());
    }
  }

  walk(event, text) {
    if (text === null) return;
    event.preventDefault();
    this.text.value = text;
    this.changed();
  }

  fill(text) {
    this.text.value = text;
    this.changed();
    this.text.focus();
  }

  offered() {
    const [first, ...rest] = this.text.value.split(" ");
    if (!first.startsWith("/")) return [];
    return this.commands.filter((c) => (rest.length ? c.command === first : c.command.startsWith(first)));
  }

  changed() {
    this.text.style.height = "auto";
    if (this.text.isConnected) this.text.style.height = `${Math.min(this.text.scrollHeight, 180)}px`;
    this.send.disabled = !this.text.value.trim();
    const offered = this.offered();
    this.hints.hidden = !offered.length;
    this.hints.replaceChildren(...offered.map((c) =>
      h("button", { type: "button", tabIndex: -1, on: { mousedown: (event) => event.preventDefault(), click: () => this.fill(`${c.command} `) } },
        h("b", {}, c.command), " ", h("code", {}, c.hint), h("small", {}, c.description))));
  }

  async submit() {
    const text = this.text.value;
    if (!text.trim()) return;
    this.history.add(text);
    this.fill("");
    if (!(await this.say(text)) && !this.text.value) this.fill(text);
  }
}

class History {
  constructor(account) {
    this.key = `history ${account}`;
    this.place = -1;
    this.draft = "";
  }

  get walking() {
    return this.place >= 0;
  }

  lines() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "[]");
    } catch {
      return [];
    }
  }

  add(text) {
    const lines = [text, ...this.lines().filter((line) => line !== text)].slice(0, KEPT);
    localStorage.setItem(this.key, JSON.stringify(lines));
    this.place = -1;
  }

  older(draft) {
    const lines = this.lines();
    if (this.place + 1 >= lines.length) return null;
    if (this.place < 0) this.draft = draft;
    this.place += 1;
    return lines[this.place];
  }

  newer() {
    this.place -= 1;
    return this.place < 0 ? this.draft : this.lines()[this.place];
  }
}
