// Builds elements. Text only ever becomes a text node, so nothing that anybody writes can run.

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  element.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

function set(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name === "on") {
    for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
  } else if (name === "data") {
    for (const [key, item] of Object.entries(value)) if (item !== undefined && item !== null) element.dataset[key] = item;
  } else if (name === "class") {
    element.className = value;
  } else if (name in element && !name.startsWith("aria") && name !== "list" && name !== "form") {
    element[name] = value;
  } else {
    element.setAttribute(name, value === true ? "" : value);
  }
}

export function byId(id) {
  return document.getElementById(id);
}

export function replace(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(Boolean));
}

// An address that a click may follow; anything else stays text.
export function safeAddress(text) {
  try {
    const url = new URL(text);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

const COLOURS = ["#2f6f8f", "#9a4f96", "#b5651d", "#3c7d4f", "#a23b54", "#4b5aa8", "#6b6b2f"];

export function avatar(account, size = "") {
  const initials = account ? account.real_name.split(/\s+/).map((w) => w[0]).join("").slice(0, 2) : "?";
  const number = [...(account?.id ?? "?")].reduce((sum, c) => (sum * 76 + c.charCodeAt(0)) % 9973, 0);
  const box = h("span", { class: `avatar ${size} ${account?.is_bot ? "app" : ""}`, "aria-hidden": "true" });
  box.textContent = account?.is_bot ? initials[0].toUpperCase() : initials;
  box.style.backgroundColor = account?.is_bot ? "#3b2145" : COLOURS[number % COLOURS.length];
  return box;
}
