// Confirm dialogs, toasts, and the stack of modals.

import { blocks, words } from "./blocks.js";
import { byId, h } from "./dom.js";

const PHRASES = {
  operation_timeout: "The app did not answer within three seconds (operation_timeout).",
  dispatch_failed: "The app could not be reached (dispatch_failed).",
};

export function toast(error) {
  const drop = () => shown.remove();
  const shown = h("div", { class: "toast", data: { toast: error } },
    h("span", {}, PHRASES[error] ?? error), h("button", { type: "button", class: "plain", "aria-label": "Dismiss", on: { click: drop } }, "✕"));
  byId("toasts").append(shown);
  setTimeout(drop, 8000);
}

// Resolves with whether the person said yes.
export function confirmed(wanted, names) {
  return new Promise((resolve) => {
    const box = h("dialog", { class: "confirm", data: { confirm: "" } },
      h("h2", {}, words(wanted.title, names)),
      h("div", { class: "words" }, words(wanted.text, names)),
      h("footer", {},
        h("button", { type: "button", class: "button", data: { answer: "deny" }, on: { click: () => box.close("deny") } }, words(wanted.deny, names)),
        h("button", { type: "button", class: `button ${wanted.style ?? "primary"} full`, data: { answer: "confirm" }, on: { click: () => box.close("confirm") } }, words(wanted.confirm, names))));
    box.addEventListener("close", () => {
      resolve(box.returnValue === "confirm");
      box.remove();
    });
    document.body.append(box);
    box.showModal();
  });
}

// Shows the modals of one person; what was typed survives an update of the same view.
export class Modals {
  constructor(names, actions) {
    this.names = names;
    this.actions = actions;
    this.box = null;
    this.shown = "";
    this.typed = {};
    this.errors = {};
  }

  show(stack) {
    const view = stack.at(-1);
    const now = view ? `${view.id} ${view.hash}` : "";
    if (now === this.shown) return;
    if (view?.id !== this.shown.split(" ")[0]) this.errors = {};
    this.shown = now;
    this.depth = stack.length;
    this.view = view;
    this.draw();
  }

  reset() {
    this.shown = "";
    this.typed = {};
    this.show([]);
  }

  draw() {
    this.box?.remove();
    this.box = null;
    if (!this.view) return;
    const view = this.view;
    this.box = h("dialog", { class: "modal", data: { viewId: view.id, callbackId: view.callback_id }, "aria-labelledby": "modal-title" }, this.form(view));
    this.box.addEventListener("cancel", (event) => { event.preventDefault(); this.actions.close(view); });
    document.body.append(this.box);
    this.box.showModal();
    const first = this.box.querySelector(".error:not(:empty)")?.closest(".block") ?? this.box.querySelector(".block");
    first?.querySelector("input, textarea, select")?.focus();
  }

  form(view) {
    const body = h("div", { class: "modal-body" }, blocks(view.blocks, this.place(view)));
    const close = () => this.actions.close(view);
    return h("form", { noValidate: true, on: { submit: (event) => { event.preventDefault(); this.submit(view); } } },
      h("header", {}, h("h2", { id: "modal-title" }, words(view.title, this.names)),
        h("button", { type: "button", class: "plain", "aria-label": "Close", data: { close: "x" }, on: { click: close } }, "✕")),
      body,
      h("footer", {},
        this.depth > 1 && h("small", {}, `Form ${this.depth} of ${this.depth}`),
        h("button", { type: "button", class: "button", data: { close: "" }, on: { click: close } }, view.close ? words(view.close, this.names) : "Cancel"),
        view.submit && h("button", { type: "submit", class: "button primary full", data: { submit: "" } }, words(view.submit, this.names))));
  }

  place(view) {
    const typed = (this.typed[view.id] ??= {});
    const given = { ...view.state.values };
    for (const [block, value] of Object.entries(typed)) given[block] = { ...given[block], ...value };
    return {
      ...this.actions.place(view), names: this.names, key: view.id, values: given, errors: this.errors,
      type: (block, item, value) => { (typed[block.block_id] ??= {})[item.action_id] = stateOf(value); },
    };
  }

  async submit(view) {
    const button = this.box.querySelector("[data-submit]");
    button.disabled = true;
    const typed = this.typed[view.id] ?? {};
    const values = {};
    for (const [block, items] of Object.entries(typed)) {
      values[block] = Object.fromEntries(Object.entries(items).map(([id, state]) => [id, state.given]));
    }
    const answer = await this.actions.submit(view, values);
    button.disabled = false;
    this.errors = answer.errors ?? {};
    if (Object.keys(this.errors).length) this.draw();
    else if (!answer.ok) toast(answer.error);
  }
}

// The same shape as Slack's state, so that elements read both alike; `given` is what is submitted.
function stateOf(value) {
  const options = Array.isArray(value) ? value.map((item) => ({ value: item })) : undefined;
  return { given: value, value: typeof value === "object" ? value?.value : value, selected_options: options };
}
