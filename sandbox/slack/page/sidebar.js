// Channels, direct messages and the app on the left; the accounts to act as at the top.

import { avatar, byId, h, replace } from "./dom.js";

export function drawAccounts(workspace, choose) {
  const people = workspace.accounts.filter((a) => !a.is_bot);
  const buttons = people.map((account) => {
    const own = account.id === workspace.viewer;
    const state = account.deleted ? ", deactivated" : account.is_guest ? ", guest" : "";
    return h("button", {
      type: "button", class: `account${own ? " own" : ""}`, disabled: account.deleted, "aria-pressed": String(own),
      title: `Act as ${account.real_name} (${account.title || "member"}${state}) ${account.email ?? "without an email"}`,
      data: { account: account.name }, on: { click: () => choose(account) },
    }, avatar(account, "small"), h("span", {}, account.name));
  });
  replace(byId("accounts"), h("span", { class: "acting" }, "Acting as"), buttons);
}

export function drawSidebar(workspace, names, { channel, unread, choose, direct, shortcut }) {
  const entry = (item) => {
    const other = item.is_im && names.person(item.with);
    const isApp = other?.is_bot;
    const own = item.id === channel;
    const fresh = unread(item);
    return h("button", {
      type: "button", class: `channel${own ? " own" : ""}${fresh ? " unread" : ""}`, "aria-current": own ? "page" : null,
      data: { channel: item.id, channelName: item.is_im ? (isApp ? "app" : `@${other?.name}`) : `#${item.name}`, unread: fresh ? "" : undefined },
      on: { click: () => choose(item.id) },
    }, other ? avatar(other, "tiny") : h("span", { class: "hash", "aria-hidden": "true" }, item.is_private ? "🔒" : "#"),
    h("span", { class: "name" }, other ? other.name : item.name), item.with === workspace.viewer && h("small", {}, "you"), fresh && h("span", { class: "dot", "aria-label": "unread" }));
  };
  const ims = workspace.channels.filter((c) => c.is_im);
  const apps = ims.filter((c) => names.person(c.with)?.is_bot);
  const open = new Set(ims.map((c) => c.with));
  const others = workspace.accounts.filter((a) => !a.is_bot && !a.deleted && a.id !== workspace.viewer && !open.has(a.id));
  replace(byId("sidebar"),
    group("Channels", workspace.channels.filter((c) => !c.is_im).map(entry)),
    group("Direct messages", ims.filter((c) => !apps.includes(c)).map(entry), others.map((a) =>
      h("button", { type: "button", class: "channel quiet", data: { direct: a.name }, on: { click: () => direct(`@${a.name}`) } }, avatar(a, "tiny"), h("span", { class: "name" }, a.name)))),
    group("Apps", apps.map(entry), !apps.length && h("button", { type: "button", class: "channel", data: { direct: "app" }, on: { click: () => direct("app") } },
      avatar(names.person(workspace.app.id), "tiny"), h("span", { class: "name" }, workspace.app.name))),
    workspace.shortcuts.length > 0 && group("Shortcuts", workspace.shortcuts.map((s) =>
      h("button", { type: "button", class: "channel", data: { shortcut: s.callback_id }, on: { click: () => shortcut(s.callback_id) } }, h("span", { class: "hash", "aria-hidden": "true" }, "⚡"), h("span", { class: "name" }, s.name)))));
}

function group(title, ...entries) {
  return h("section", {}, h("h2", {}, title), entries);
}
