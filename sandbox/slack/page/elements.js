// The elements that people click, choose from and type into.
//
// place: { names, key, values, errors, act(block, element, value), suggest(block, element, typed),
//          type(block, element, value) } - act for what is told to the app, type for what is kept.

import { confirmed } from "./dialogs.js";
import { h, safeAddress } from "./dom.js";
import { plain } from "./mrkdwn.js";
import { optionsOf, searched } from "./menus.js";

const KINDS = {
  button,
  overflow,
  static_select: single,
  users_select: people,
  external_select: searched,
  multi_static_select: ticks,
  checkboxes: ticks,
  radio_buttons: ticks,
  plain_text_input: text,
};

export function element(block, item, place) {
  const draw = KINDS[item.type];
  if (!draw) return h("span", { class: "unknown" }, `[unknown element: ${item.type}]`);
  const drawn = draw(block, item, place);
  drawn.dataset.actionId = item.action_id;
  drawn.dataset.elementType = item.type;
  return drawn;
}

// What was chosen or typed, or what the app put there at first.
export function current(block, item, place) {
  const state = place.values?.[block.block_id]?.[item.action_id];
  if (!state) return undefined;
  if (state.selected_options) return state.selected_options.map((option) => option.value);
  return state.selected_option?.value ?? state.selected_user ?? state.value ?? undefined;
}

export async function changed(block, item, place, value, drawn) {
  place.type?.(block, item, value);
  if (place.inInput && !block.dispatch_action) return;
  await acting(block, item, place, value, drawn);
}

async function acting(block, item, place, value, drawn) {
  if (item.confirm && !(await confirmed(item.confirm, place.names))) return;
  drawn.classList.add("busy");
  drawn.setAttribute("aria-busy", "true");
  try {
    await place.act(block, item, value);
  } finally {
    drawn.classList.remove("busy");
    drawn.removeAttribute("aria-busy");
  }
}

function button(block, item, place) {
  const address = item.url && safeAddress(item.url);
  const press = async () => {
    if (address) window.open(address, "_blank", "noopener,noreferrer");
    await acting(block, item, place, item.value ?? null, drawn);
  };
  const drawn = h(
    "button",
    { type: "button", class: `button ${item.style ?? ""}`, data: { value: item.value }, on: { click: press } },
    plain(item.text.text, place.names),
  );
  if (item.accessibility_label) drawn.setAttribute("aria-label", item.accessibility_label);
  return drawn;
}

function overflow(block, item, place) {
  const box = h("span", { class: "overflow" });
  const close = () => {
    const menu = box.querySelector(".menu");
    if (!menu || menu.hidden) return;
    menu.hidden = true; // Hiding moves the focus, which closes once more; so first hide, then remove.
    queueMicrotask(() => menu.remove());
    opener.setAttribute("aria-expanded", "false");
  };
  const choose = async (option) => {
    close();
    const address = option.url && safeAddress(option.url);
    if (address) window.open(address, "_blank", "noopener,noreferrer");
    await acting(block, item, place, option.value, box);
  };
  const open = () => {
    if (box.querySelector(".menu:not([hidden])")) return close();
    const entries = item.options.map((option) =>
      h("button", { type: "button", role: "menuitem", data: { value: option.value }, on: { click: () => choose(option) } },
        plain(option.text.text, place.names),
        option.description && h("small", {}, plain(option.description.text, place.names))),
    );
    const menu = h("div", { class: "menu", role: "menu" }, entries);
    box.append(menu);
    const frame = box.closest("#scroll, .thread-scroll, .modal-body")?.getBoundingClientRect();
    if (frame && menu.getBoundingClientRect().bottom > frame.bottom) menu.classList.add("up");
    opener.setAttribute("aria-expanded", "true");
    entries[0].focus();
  };
  const opener = h("button", { type: "button", class: "button more", "aria-label": "More actions", "aria-haspopup": "menu", "aria-expanded": "false", on: { click: open } }, "⋯");
  box.append(opener);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { close(); opener.focus(); event.stopPropagation(); }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") step(box, event);
  });
  box.addEventListener("focusout", (event) => { if (!box.contains(event.relatedTarget)) close(); });
  return box;
}

function step(box, event) {
  const entries = [...box.querySelectorAll("[role=menuitem]")];
  const next = entries.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  entries[(next + entries.length) % entries.length]?.focus();
  event.preventDefault();
}

function single(block, item, place) {
  const groups = item.option_groups?.map((group) =>
    h("optgroup", { label: group.label.text }, group.options.map((option) => choice(option, place.names))));
  const options = groups ?? item.options.map((option) => choice(option, place.names));
  return select(block, item, place, options);
}

function people(block, item, place) {
  const options = place.names.people().map((account) => h("option", { value: account.id }, account.real_name));
  return select(block, item, place, options);
}

function select(block, item, place, options) {
  const placeholder = plain(item.placeholder?.text ?? "Choose…", place.names).join("");
  const drawn = h("select", { id: place.inputId, class: "select", "aria-label": place.inInput ? null : placeholder },
    h("option", { value: "", disabled: !place.inInput || !block.optional }, placeholder), options);
  drawn.value = current(block, item, place) ?? "";
  drawn.addEventListener("change", () => changed(block, item, place, drawn.value, drawn));
  return described(drawn, place);
}

function choice(option, names) {
  return h("option", { value: option.value }, plain(option.text.text, names).join(""));
}

// Checkboxes, radio buttons and multi selects are all a list of ticks.
function ticks(block, item, place) {
  const kind = item.type === "radio_buttons" ? "radio" : "checkbox";
  const kept = [current(block, item, place) ?? []].flat();
  const drawn = h("div", { class: "ticks", role: kind === "radio" ? "radiogroup" : "group", id: place.inputId, tabIndex: -1 });
  const chosen = () => [...drawn.querySelectorAll("input:checked")].map((box) => box.value);
  const tell = () => changed(block, item, place, kind === "radio" ? (chosen()[0] ?? null) : chosen(), drawn);
  for (const option of optionsOf(item)) {
    const name = `${place.key}-${block.block_id}-${item.action_id}`;
    const box = h("input", { type: kind, name, value: option.value, checked: kept.includes(option.value), on: { change: tell } });
    const remark = option.description && h("small", {}, plain(option.description.text, place.names));
    drawn.append(h("label", {}, box, h("span", {}, place.names.words(option.text), remark)));
  }
  return drawn;
}

function text(block, item, place) {
  const drawn = h(item.multiline ? "textarea" : "input", {
    id: place.inputId, class: "text", placeholder: item.placeholder?.text ?? "", rows: item.multiline ? 4 : undefined,
    value: current(block, item, place) ?? "", autocomplete: item.multiline ? undefined : "off",
  });
  if (item.max_length) drawn.maxLength = item.max_length;
  if (item.focus_on_load) drawn.autofocus = true;
  drawn.addEventListener("input", () => place.type?.(block, item, drawn.value));
  drawn.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !item.multiline && block.dispatch_action) changed(block, item, place, drawn.value, drawn);
  });
  return described(drawn, place);
}

function described(drawn, place) {
  if (place.inputId) drawn.setAttribute("aria-describedby", `${place.inputId}-error`);
  return drawn;
}
