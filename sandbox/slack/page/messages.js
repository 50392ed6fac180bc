// The message list and the thread pane. A message is drawn anew only when it changed.

import { blocks } from "./blocks.js";
import { avatar, h } from "./dom.js";
import { mrkdwn, nearDay } from "./mrkdwn.js";

const TOGETHER_SECONDS = 300;

export class MessageList {
  constructor(list, names, actions) {
    this.list = list;
    this.names = names;
    this.actions = actions;
    this.drawn = new Map();
  }

  clear() {
    this.drawn.clear();
    this.list.replaceChildren();
  }

  // `replies` maps a ts to its replies; a thread pane gives an empty one.
  show(messages, replies, divided = "") {
    const kept = new Map();
    const nodes = [];
    let before = null;
    for (const message of messages) {
      if (!before || dayOf(before) !== dayOf(message)) nodes.push(this.reuse(`day ${dayOf(message)}`, "", () => dayLine(message), kept));
      if (divided && before && before === messages[0]) nodes.push(this.reuse(`line ${divided}`, "", () => line(divided), kept));
      const first = divided && before === messages[0];
      const close = before && !first && together(before, message) && dayOf(before) === dayOf(message);
      const answers = replies.get(message.ts) ?? [];
      const { choices: _, ...told } = message; // What was chosen stands in the element already.
      const look = JSON.stringify([told, close, answers.map((a) => [a.ts, a.user])]);
      nodes.push(this.reuse(message.ts, look, () => this.message(message, close, answers), kept));
      before = message;
    }
    this.drawn = kept;
    settle(this.list, nodes);
  }

  reuse(key, look, draw, kept) {
    const old = this.drawn.get(key);
    const entry = old && old.look === look ? old : { look, node: draw() };
    kept.set(key, entry);
    return entry.node;
  }

  message(message, close, answers) {
    const author = this.names.person(message.user);
    const head = h("div", { class: "by" }, h("b", {}, author?.name ?? message.user), author?.is_bot && h("span", { class: "tag" }, "APP"),
      author?.is_guest && h("span", { class: "tag guest" }, "GUEST"), this.time(message));
    const body = h("div", { class: "body" }, !close && head, this.said(message), this.attachments(message), this.thread(message, answers));
    const gutter = h("div", { class: "gutter" }, close ? this.time(message) : avatar(author));
    const eye = message.is_ephemeral && h("p", { class: "private" }, "👁 Only visible to you");
    return h("li", {
      class: `message${close ? " close" : ""}${message.is_ephemeral ? " ephemeral" : ""}`,
      data: { ts: message.ts, channel: message.channel, user: author?.name, ephemeral: message.is_ephemeral ? "" : undefined },
    }, eye, h("div", { class: "row" }, gutter, body), this.toolbar(message));
  }

  time(message) {
    const moment = new Date(Number(message.ts) * 1000);
    return h("time", { dateTime: moment.toISOString(), title: moment.toString() }, moment.toLocaleTimeString(undefined, { hour: "numeric", minute: "2-digit" }));
  }

  said(message) {
    const edited = message.edited && h("span", { class: "edited", title: "This message was edited" }, "(edited)");
    if (!message.blocks.length) return message.text && h("div", { class: "words" }, mrkdwn(message.text, this.names), " ", edited);
    return h("div", { class: "blocks" }, blocks(message.blocks, this.place(message)), edited);
  }

  attachments(message) {
    return (message.attachments ?? []).map((attachment) => {
      const box = h("div", { class: "attachment" });
      const colour = attachment.color?.replace(/^#?/, "#") ?? "#ddd";
      box.style.borderLeftColor = /^#[0-9a-f]{3,8}$/i.test(colour) ? colour : "#ddd";
      if (attachment.blocks?.length) box.append(h("div", { class: "blocks" }, blocks(attachment.blocks, this.place(message))));
      else box.append(h("div", { class: "words" }, mrkdwn(attachment.text ?? attachment.fallback ?? "", this.names)));
      return box;
    });
  }

  place(message) {
    return { ...this.actions.place(message), names: this.names, key: message.ts, values: message.choices };
  }

  thread(message, answers) {
    if (!answers.length) return null;
    const faces = [...new Set(answers.map((a) => a.user))].slice(0, 4).map((user) => avatar(this.names.person(user), "small"));
    const words = counted(answers);
    return h("button", { type: "button", class: "replies", data: { thread: message.ts }, on: { click: () => this.actions.thread(message.ts) } },
      h("span", { class: "faces" }, faces), h("b", {}, words), h("span", { class: "last" }, "last at ", this.time(answers.at(-1))));
  }

  toolbar(message) {
    if (message.is_ephemeral || message.thread_ts || !this.actions.thread) return null;
    return h("div", { class: "toolbar" },
      h("button", { type: "button", class: "plain", "aria-label": "Reply in thread", title: "Reply in thread", on: { click: () => this.actions.thread(message.ts) } }, "💬"));
  }
}

export function counted(answers) {
  return answers.length === 1 ? "1 reply" : `${answers.length} replies`;
}

export function repliesOf(messages) {
  const replies = new Map();
  for (const message of messages) {
    if (!message.thread_ts || message.thread_ts === message.ts) continue;
    replies.set(message.thread_ts, [...(replies.get(message.thread_ts) ?? []), message]);
  }
  return replies;
}

// Moves only what is out of place, so that open menus and typed text stay.
function settle(list, nodes) {
  const wanted = new Set(nodes);
  for (const old of [...list.children]) if (!wanted.has(old)) old.remove();
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

function together(before, message) {
  return before.user === message.user && before.is_ephemeral === message.is_ephemeral && !message.is_ephemeral &&
    Number(message.ts) - Number(before.ts) < TOGETHER_SECONDS;
}

function dayOf(message) {
  return new Date(Number(message.ts) * 1000).toDateString();
}

function line(words) {
  return h("li", { class: "divided", role: "separator" }, h("span", {}, words));
}

function dayLine(message) {
  const moment = new Date(Number(message.ts) * 1000);
  const name = nearDay(moment) ?? moment.toLocaleDateString(undefined, { weekday: "long", month: "long", day: "numeric" });
  return h("li", { class: "day", role: "separator" }, h("span", {}, name));
}
