// Block Kit blocks as DOM nodes. `place` says what their elements belong to (see elements.js).

import { h } from "./dom.js";
import { element } from "./elements.js";
import { mrkdwn, plain } from "./mrkdwn.js";

const KINDS = { section, header, context, divider, actions, input, image };

export function blocks(list, place) {
  return list.map((block) => {
    const draw = KINDS[block.type] ?? unknown;
    const box = h("div", { class: `block ${block.type}`, data: { blockId: block.block_id, blockType: block.type } });
    box.append(...[draw(block, place)].flat().filter(Boolean));
    return box;
  });
}

export function words(text, names) {
  return text.type === "mrkdwn" ? mrkdwn(text.text, names) : plain(text.text, names);
}

function section(block, place) {
  const said = h("div", { class: "said" });
  if (block.text) said.append(h("div", { class: "words" }, words(block.text, place.names)));
  if (block.fields) {
    const fields = block.fields.map((field) => h("div", { class: "field" }, words(field, place.names)));
    said.append(h("div", { class: "fields" }, fields));
  }
  const accessory = block.accessory && h("div", { class: "accessory" }, part(block, block.accessory, place));
  return [said, accessory];
}

function header(block, place) {
  return h("h3", {}, words(block.text, place.names));
}

function context(block, place) {
  return block.elements.map((item) => h("span", { class: "remark" }, part(block, item, place)));
}

function divider() {
  return h("hr");
}

function actions(block, place) {
  return block.elements.map((item) => part(block, item, place));
}

function input(block, place) {
  const id = `${place.key}-${block.block_id}`;
  const optional = block.optional && h("span", { class: "optional" }, "(optional)");
  const label = h("label", { htmlFor: id }, words(block.label, place.names), " ", optional);
  const hint = block.hint && h("p", { class: "hint" }, words(block.hint, place.names));
  const error = h("p", { class: "error", id: `${id}-error`, role: "alert" }, place.errors?.[block.block_id] ?? "");
  return [label, element(block, block.element, { ...place, inputId: id, inInput: true }), error, hint];
}

function image(block, place) {
  const caption = block.title && h("figcaption", {}, words(block.title, place.names));
  return h("figure", {}, caption, picture(block));
}

function unknown(block) {
  return h("p", { class: "unknown" }, `[unknown block: ${block.type}]`);
}

function part(block, item, place) {
  if (item.type === "mrkdwn" || item.type === "plain_text") return words(item, place.names);
  return item.type === "image" ? picture(item) : element(block, item, place);
}

// Nothing is fetched from elsewhere: a foreign picture is shown as its description.
function picture(item) {
  const own = item.image_url.startsWith("data:image/") || item.image_url.startsWith(location.origin);
  if (own) return h("img", { src: item.image_url, alt: item.alt_text });
  return h("span", { class: "no-picture", title: item.image_url }, `🖼 ${item.alt_text}`);
}
