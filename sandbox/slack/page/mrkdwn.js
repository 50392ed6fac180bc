// Slack's mrkdwn as DOM nodes. Pure: text and the workspace's names in, nodes out.

import { h, safeAddress } from "./dom.js";

const INLINE = new RegExp(
  [
    "<(?<mark>[^<>]+)>",
    "`(?<code>[^`\\n]+)`",
    "(?<![\\w*])\\*(?<bold>(?=\\S)[^*\\n]*?\\S)\\*(?![\\w*])",
    "(?<![\\w_])_(?<italic>(?=\\S)[^_\\n]*?\\S)_(?![\\w_])",
    "(?<![\\w~])~(?<strike>(?=\\S)[^~\\n]*?\\S)~(?![\\w~])",
    ":(?<emoji>[a-z0-9_+-]+):",
  ].join("|"),
);

export function mrkdwn(text, names) {
  const nodes = [];
  for (const [index, part] of text.split("```").entries()) {
    if (index % 2) nodes.push(h("pre", {}, unescape(bare(part.replace(/^\n/, "")))));
    else if (part) nodes.push(...paragraphs(part, names));
  }
  return nodes;
}

export function plain(text, names) {
  return text.split(/(:[a-z0-9_+-]+:)/).map((part) => {
    const code = part.slice(1, -1);
    return part.startsWith(":") && Object.hasOwn(names.emoji, code) ? names.emoji[code] : part;
  });
}

function paragraphs(text, names) {
  const nodes = [];
  let quoted = null;
  const lines = text.split("\n");
  lines.forEach((line, index) => {
    const quote = /^(?:&gt;|>) ?/.exec(line);
    if (quote) {
      if (!quoted) nodes.push((quoted = h("blockquote")));
      else quoted.append(h("br"));
      quoted.append(...inline(line.slice(quote[0].length), names));
      return;
    }
    if (index && !quoted) nodes.push(h("br"));
    quoted = null;
    nodes.push(...inline(line, names));
  });
  return nodes;
}

function inline(text, names) {
  const match = INLINE.exec(text);
  if (!match) return text ? [unescape(text)] : [];
  const before = text.slice(0, match.index);
  const after = text.slice(match.index + match[0].length);
  return [...(before ? [unescape(before)] : []), piece(match, names), ...inline(after, names)];
}

function piece(match, names) {
  const { mark, code, bold, italic, strike, emoji } = match.groups;
  if (mark) return marked(mark, names);
  if (code) return h("code", {}, unescape(bare(code)));
  if (bold) return h("b", {}, inline(bold, names));
  if (italic) return h("i", {}, inline(italic, names));
  if (strike) return h("s", {}, inline(strike, names));
  return Object.hasOwn(names.emoji, emoji) ? h("span", { class: "emoji", title: match[0] }, names.emoji[emoji]) : match[0];
}

function marked(mark, names) {
  const [target, label] = splitOnce(mark, "|");
  if (target.startsWith("@")) return mention("@", names.account(target.slice(1)), label ?? target, target.slice(1) === names.viewer);
  if (target.startsWith("#")) return mention("#", names.channel(target.slice(1)), label || target, false);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!subteam^")) return mention("@", names.usergroup(target.slice(9)), label ?? target, names.inGroup(target.slice(9)));
  if (target.startsWith("!")) return mention("@", target.slice(1), target, true);
  const address = safeAddress(target);
  const words = label ? inline(label, { ...names }) : [unescape(target)];
  if (!address) return h("span", {}, words);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, words);
}

function mention(sign, name, otherwise, mine) {
  return h("span", { class: `mention${mine ? " mine" : ""}` }, name ? sign + name : otherwise);
}

const DATE = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

function date(target, fallback) {
  const [, seconds, pattern, link] = target.split("^");
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return document.createTextNode(fallback ?? "");
  const text = (pattern ?? "").replace(/\{(\w+)\}/g, (whole, name) => format(moment, name) ?? whole);
  const time = h("time", { dateTime: moment.toISOString(), title: moment.toString() }, unescape(text));
  const address = link && safeAddress(link);
  return address ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, time) : time;
}

function format(moment, name) {
  if (name === "ago") return ago(moment);
  const pretty = name.endsWith("_pretty") && nearDay(moment);
  const wanted = DATE[name.replace("_pretty", "")];
  return pretty || (wanted && moment.toLocaleString(undefined, wanted));
}

export function nearDay(moment) {
  const days = Math.round((midnight(moment) - midnight(new Date())) / 86_400_000);
  return { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[days];
}

function midnight(moment) {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
}

function ago(moment) {
  const minutes = Math.round((moment - Date.now()) / 60_000);
  const [number, unit] = Math.abs(minutes) < 90 ? [minutes, "minute"] : [Math.round(minutes / 60), "hour"];
  return new Intl.RelativeTimeFormat().format(number, unit);
}

function bare(text) {
  return text.replace(/<((?:https?|mailto):[^<>|]+)(?:\|([^<>]+))?>/g, (_, address, label) => label ?? address);
}

function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function splitOnce(text, sign) {
  const place = text.indexOf(sign);
  return place < 0 ? [text, undefined] : [text.slice(0, place), text.slice(place + 1)];
}
