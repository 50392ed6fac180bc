// Starts the page: one account acts, one channel is open; everything else follows from the server.

import { call, listen } from "./api.js";
import { blocks } from "./blocks.js";
import { Composer } from "./composer.js";
import { Modals, toast } from "./dialogs.js";
import { avatar, byId, h, replace } from "./dom.js";
import { MessageList, counted, repliesOf } from "./messages.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { drawAccounts, drawSidebar } from "./sidebar.js";
import { Tools } from "./tools.js";

class Page {
  constructor() {
    const wanted = new URLSearchParams(location.search);
    const link = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(location.pathname);
    this.viewer = wanted.get("as") ?? localStorage.getItem("viewer") ?? "alice";
    this.channel = link?.[1] ?? wanted.get("channel") ?? localStorage.getItem("channel") ?? "#general";
    this.target = link ? `${link[2]}.${link[3]}` : null;
    this.threadTs = wanted.get("thread_ts");
    this.tab = "messages";
    this.tools = new Tools();
    this.waiting = new Set();
    this.names = this.makeNames();
    const place = (message) => this.placeOf({ channel: message.channel, ts: message.ts });
    this.list = new MessageList(byId("messages"), this.names, { place, thread: (ts) => this.openThread(ts) });
    this.threadList = new MessageList(h("ol", { class: "thread-messages" }), this.names, { place, thread: null });
    this.modals = new Modals(this.names, {
      place: (view) => this.placeOf({ view_id: view.id }),
      close: (view) => this.act("close", { view_id: view.id }),
      submit: (view, values) => call("submit", { viewer: this.viewer, view_id: view.id, values }),
    });
    byId("tools-button").addEventListener("click", () => this.tools.toggle());
    byId("menu").addEventListener("click", () => this.toggleMenu());
    listen((change) => this.changed(change), () => this.refresh());
  }

  // What the drawing modules ask about the workspace.
  makeNames() {
    const self = this;
    const find = (list, id) => this.workspace?.[list].find((item) => item.id === id);
    return {
      get viewer() { return self.workspace?.viewer; },
      get emoji() { return self.workspace?.emoji ?? {}; },
      person: (id) => find("accounts", id),
      account: (id) => find("accounts", id)?.name,
      channel: (id) => find("channels", id)?.name,
      usergroup: (id) => find("usergroups", id)?.handle,
      inGroup: (id) => Boolean(find("usergroups", id)?.users.includes(self.workspace.viewer)),
      people: () => this.workspace.accounts.filter((a) => !a.is_bot && !a.deleted),
      words: (text) => (text.type === "mrkdwn" ? mrkdwn(text.text, this.names) : plain(text.text, this.names)),
    };
  }

  // How elements of one message or view reach the app.
  placeOf(where) {
    const wanted = (block, item) => ({ viewer: this.viewer, ...where, block: block.block_id, action: item.action_id });
    return {
      act: async (block, item, value) => this.told(await call("click", { ...wanted(block, item), value, confirmed: true })),
      suggest: async (block, item, typed) => call("suggest", { ...wanted(block, item), value: typed }),
    };
  }

  async act(action, wanted) {
    return this.told(await call(action, { viewer: this.viewer, ...wanted }));
  }

  told(answer) {
    if (!answer.ok && !["unknown_command"].includes(answer.error)) toast(answer.error);
    return answer;
  }

  changed(change) {
    const mine = change.user === undefined || change.user === this.workspace?.viewer;
    if (change.kind === "traffic") this.soon("traffic");
    else if (["views", "home"].includes(change.kind)) { if (mine) this.soon(change.kind); }
    else this.soon("all");
  }

  // One refresh for a burst of changes.
  soon(what) {
    if (!this.waiting.size) setTimeout(() => this.catchUp(), 25);
    this.waiting.add(what);
  }

  async catchUp() {
    const what = new Set(this.waiting);
    this.waiting.clear();
    if (what.has("all")) await this.refresh();
    else if (what.has("views")) await this.refreshViews();
    if (what.has("home") && this.tab === "home") await this.drawHome();
    await this.tools.refresh();
  }

  async refresh() {
    const viewer = this.viewer;
    const workspace = await call("workspace", { viewer });
    if (workspace.ok === false) return this.actAs({ name: "alice" });
    if (viewer !== this.viewer) return;
    this.workspace = workspace;
    this.channel = (this.here() ?? workspace.channels[0]).id;
    byId("team").textContent = workspace.team.name;
    drawAccounts(workspace, (account) => this.actAs(account));
    this.drawSidebar(); // Whoever is shown as acting has their own channels to choose from.
    await this.drawMessages();
    this.drawSidebar();
    await this.refreshViews();
  }

  async refreshViews() {
    const { views } = await call("views", { viewer: this.viewer });
    this.modals.show(views ?? []);
  }

  here() {
    return this.workspace.channels.find((c) => [c.id, `#${c.name}`, c.name].includes(this.channel));
  }

  isApp(channel) {
    return channel.is_im && this.names.person(channel.with)?.is_bot;
  }

  drawSidebar() {
    drawSidebar(this.workspace, this.names, {
      channel: this.channel,
      unread: (item) => item.id !== this.channel && item.latest > this.seen(item.id),
      choose: (id) => this.open(id),
      direct: (name) => this.openDirect(name),
      shortcut: (id) => this.act("shortcut", { callback_id: id }),
    });
  }

  seen(channel) {
    return localStorage.getItem(`seen ${this.workspace.viewer} ${channel}`) ?? "";
  }

  async drawMessages() {
    const channel = this.here();
    if (!channel) return; // Somebody else acts since: what is theirs is on its way.
    const { messages } = await call("messages", { viewer: this.viewer, channel: channel.id });
    if (!messages || channel.id !== this.channel) return;
    this.messages = messages;
    localStorage.setItem(`seen ${this.workspace.viewer} ${channel.id}`, messages.at(-1)?.ts ?? "");
    this.drawHead(channel);
    if (this.tab === "home") return this.drawHome();
    const replies = repliesOf(messages);
    const known = new Set(messages.map((m) => m.ts));
    const box = byId("scroll");
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
    this.list.show(messages.filter((m) => !m.thread_ts || m.thread_ts === m.ts || !known.has(m.thread_ts)), replies);
    if (atEnd) box.scrollTop = box.scrollHeight;
    this.drawComposer(channel);
    this.drawThread(replies);
    this.showTarget();
  }

  drawHead(channel) {
    const other = channel.is_im && this.names.person(channel.with);
    const title = other ? [avatar(other, "small"), h("span", {}, other.name)] : h("span", {}, `${channel.is_private ? "🔒" : "#"} ${channel.name}`);
    const tab = (name, label) => h("button", { type: "button", role: "tab", "aria-selected": String(this.tab === name), data: { tab: name }, on: { click: () => this.openTab(name) } }, label);
    const note = !channel.has_app && !channel.is_im ? h("span", { class: "note" }, `${this.workspace.app.name} is not in this channel`) : null;
    replace(byId("head"), h("h1", {}, title), channel.topic && h("span", { class: "topic" }, channel.topic), note,
      this.isApp(channel) && this.workspace.home_tab ? h("div", { class: "tabs", role: "tablist" }, tab("home", "Home"), tab("messages", "Messages")) : h("span", { class: "count" }, channel.is_im ? "" : `👤 ${channel.members}`));
  }

  drawComposer(channel) {
    const key = `${this.workspace.viewer} ${channel.id}`;
    if (byId("composer").dataset.key === key) return;
    const other = channel.is_im && this.names.person(channel.with);
    const composer = new Composer({
      kind: "channel", placeholder: `Message ${other ? other.name : `#${channel.name}`}, or / for a command`,
      commands: this.workspace.commands, account: this.workspace.viewer,
      say: async (text) => (await this.act("say", { channel: channel.id, text })).kind !== undefined,
    });
    byId("composer").dataset.key = key;
    if (this.isApp(channel) && this.workspace.messages_read_only) {
      return replace(byId("composer"), h("p", { class: "closed" }, "Sending messages to this app has been turned off. Commands work in channels."));
    }
    replace(byId("composer"), composer.box);
    if (matchMedia("(min-width: 800px)").matches) composer.text.focus();
  }

  async drawHome() {
    const { view } = await call("home", { viewer: this.viewer });
    const look = `${view?.id} ${view?.hash}`; // Drawn anew only when it changed, so that an open menu stays.
    if (byId("messages").querySelector(".home")?.dataset.look === look) return;
    const place = view && { ...this.placeOf({ view_id: view.id }), names: this.names, key: view.id, values: view.state.values };
    this.list.clear();
    byId("composer").dataset.key = "";
    replace(byId("composer"));
    replace(byId("messages"), h("li", { class: "home", data: { look } }, view
      ? h("div", { class: "blocks", data: { viewId: view.id } }, blocks(view.blocks, place))
      : h("p", { class: "empty" }, "The app has published nothing here yet.")));
  }

  drawThread(replies) {
    const box = byId("thread");
    const parent = this.threadTs && this.messages.find((m) => m.ts === this.threadTs);
    box.hidden = !parent;
    if (!parent) return;
    const key = `${this.workspace.viewer} ${parent.ts}`;
    if (box.dataset.key !== key) {
      box.dataset.key = key;
      this.threadList.clear();
      const composer = new Composer({
        kind: "thread", placeholder: "Reply…", commands: [], account: this.workspace.viewer,
        say: async (text) => (await this.act("say", { channel: this.channel, text, thread_ts: parent.ts })).ok,
      });
      replace(box, h("header", {}, h("h2", {}, "Thread"), h("button", { type: "button", class: "plain", "aria-label": "Close thread", on: { click: () => this.openThread(null) } }, "✕")),
        h("div", { class: "thread-scroll" }, this.threadList.list), composer.box);
    }
    const answers = replies.get(parent.ts) ?? [];
    this.threadList.show([parent, ...answers], new Map(), answers.length ? counted(answers) : "");
    const pane = box.querySelector(".thread-scroll");
    pane.scrollTop = pane.scrollHeight;
  }

  showTarget() {
    const found = this.target && document.querySelector(`[data-ts="${this.target}"]`);
    if (!found) return;
    found.scrollIntoView({ block: "center" });
    found.classList.add("target");
    this.target = null;
  }

  openThread(ts) {
    this.threadTs = ts;
    byId("thread").dataset.key = "";
    this.drawThread(repliesOf(this.messages));
    if (ts) byId("thread").querySelector("textarea").focus();
  }

  async openDirect(name) {
    const { channel } = await call("messages", { viewer: this.viewer, channel: name });
    this.workspace = await call("workspace", { viewer: this.viewer });
    await this.open(channel);
  }

  async openTab(name) {
    this.tab = name;
    this.list.clear();
    if (name === "home") await call("home", { viewer: this.viewer, opened: true });
    await this.drawMessages();
  }

  async open(id) {
    this.channel = id;
    this.tab = "messages";
    this.threadTs = null;
    this.list.clear();
    this.remember();
    this.closeMenu();
    await this.drawMessages();
    byId("scroll").scrollTop = byId("scroll").scrollHeight;
    this.drawSidebar();
  }

  async actAs(account) {
    const before = this.workspace && this.here();
    this.viewer = account.name;
    this.tab = "messages";
    this.modals.reset();
    this.list.clear();
    if (before?.is_im && this.isApp(before)) this.channel = (await call("messages", { viewer: account.name, channel: "app" })).channel;
    if (this.viewer !== account.name) return;
    await this.refresh();
    this.remember();
    byId("scroll").scrollTop = byId("scroll").scrollHeight;
  }

  remember() {
    localStorage.setItem("viewer", this.viewer);
    localStorage.setItem("channel", this.channel);
    const name = this.here()?.name;
    history.replaceState(null, "", `/?as=${encodeURIComponent(this.viewer)}&channel=${encodeURIComponent(name || this.channel)}`);
  }

  toggleMenu() {
    const open = document.body.classList.toggle("menu-open");
    byId("menu").setAttribute("aria-expanded", String(open));
  }

  closeMenu() {
    document.body.classList.remove("menu-open");
    byId("menu").setAttribute("aria-expanded", "false");
  }
}

new Page();
