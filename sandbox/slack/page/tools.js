// The tools of the emulator: time travel, faults, and the traffic between Slack and the app.

import { call } from "./api.js";
import { byId, h, replace } from "./dom.js";

const FAULTS = [
  ["Slack is down", { down: true }],
  ["Lose the next ack", { lost_acks: 1 }],
  ["Lose the next answer", { lost_answers: 1 }],
  ["Next post: retry after 5 s", { retry_after: { "chat.postMessage": [5] } }],
  ["Answers take 2 s", { hang_seconds: 2 }],
];
const JUMPS = [["+1 min", 60], ["+15 min", 900], ["+1 h", 3600]];

export class Tools {
  constructor() {
    this.since = 0;
    this.list = h("ol", { class: "traffic" });
    this.said = h("p", { class: "said-tool", role: "status" });
  }

  toggle() {
    const box = byId("tools");
    box.hidden = !box.hidden;
    byId("tools-button").setAttribute("aria-expanded", String(!box.hidden));
    if (box.hidden) return;
    replace(box, this.head(), this.panel(), h("h3", {}, "Traffic"), this.list);
    this.refresh();
  }

  head() {
    return h("header", {}, h("h2", {}, "Tools"), h("button", { type: "button", class: "plain", "aria-label": "Close tools", on: { click: () => this.toggle() } }, "✕"));
  }

  panel() {
    const button = (name, action, wanted) => h("button", { type: "button", class: "button", data: { tool: name }, on: { click: () => this.run(name, action, wanted) } }, name);
    return h("div", { class: "panel" },
      h("h3", {}, "Slack's clock"), h("div", { class: "buttons" }, JUMPS.map(([name, seconds]) => button(name, "clock", { advance: seconds }))),
      h("h3", {}, "Trouble"), h("div", { class: "buttons" }, FAULTS.map(([name, fault]) => button(name, "faults", fault)),
        button("Refresh sockets", "disconnect", { reason: "refresh_requested" }), button("Cut sockets", "disconnect", { reason: "drop" }), button("All well again", "faults", { clear: true })),
      this.said);
  }

  async run(name, action, wanted) {
    const answer = await call(action, wanted);
    this.said.textContent = answer.ok ? `Done: ${name}` : answer.error;
  }

  async refresh() {
    if (byId("tools").hidden) return;
    const { exchanges } = await call("traffic", { since: this.since });
    for (const one of exchanges) {
      if (one.number <= this.since) continue;
      this.since = one.number;
      this.list.prepend(this.exchange(one));
    }
  }

  exchange(one) {
    const good = ["ok", "acknowledged"].includes(one.status);
    const body = (title, value) => value && [h("h4", {}, title), h("pre", {}, JSON.stringify(value, null, 2))];
    return h("li", {}, h("details", {},
      h("summary", {}, h("span", { class: "arrow" }, one.direction === "in" ? "app →" : "→ app"), " ", h("b", {}, one.name), " ",
        h("span", { class: good ? "good" : "bad" }, one.status), h("span", { class: "took" }, `${one.took.toFixed(1)} ms`)),
      body("sent", one.sent), body("answer", one.answer)));
  }
}
