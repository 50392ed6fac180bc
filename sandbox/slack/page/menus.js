// Options of menus, and the menu whose options the app supplies while somebody types.

import { changed, current } from "./elements.js";
import { h } from "./dom.js";
import { plain } from "./mrkdwn.js";

export function optionsOf(item) {
  return [...(item.options ?? []), ...(item.option_groups ?? []).flatMap((group) => group.options)];
}

export function searched(block, item, place) {
  const drawn = h("span", { class: "searched" });
  const list = h("div", { class: "menu", role: "listbox", hidden: true });
  const typed = h("input", {
    id: place.inputId, class: "text", role: "combobox", autocomplete: "off", "aria-expanded": "false",
    placeholder: item.placeholder?.text ?? "Type to search…",
    value: item.initial_option?.text.text ?? current(block, item, place) ?? "",
  });
  const offer = async () => {
    if (typed.value.length < (item.min_query_length ?? 3)) return;
    const answer = await place.suggest(block, item, typed.value);
    list.replaceChildren(...optionsOf(answer ?? {}).map(entry));
    show(list.childElementCount > 0);
  };
  const show = (open) => {
    list.hidden = !open;
    typed.setAttribute("aria-expanded", String(open));
  };
  const entry = (option) =>
    h("button", { type: "button", role: "option", data: { value: option.value }, on: { click: () => choose(option) } },
      plain(option.text.text, place.names));
  const choose = (option) => {
    typed.value = option.text.text;
    show(false);
    changed(block, item, place, option, drawn);
  };
  typed.addEventListener("input", offer);
  typed.addEventListener("focus", offer);
  drawn.addEventListener("focusout", (event) => { if (!drawn.contains(event.relatedTarget)) show(false); });
  drawn.append(typed, list);
  return drawn;
}
