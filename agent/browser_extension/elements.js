// What an element is called and whether it is secret: role and accessible name, never its content.
// page.js decides when something is told.
"use strict";

const taskMiningElements = (() => {
  const NAME_MAX = 200;
  // Fields that were secret once stay so, also after "show password": the element, and where a page puts another one in
  // its place, what has the same id or name.
  const secretsSeen = new WeakSet();
  const secretKeys = new Set();
  const SECRET_WORDS = /passw|passphrase|pwd|kennwort|contrase|mot[- ]?de[- ]?passe|secret|\bpin\b/i;
  const ONE_TIME_WORDS = /\botp\b|one[- ]?time/i;
  const CARD_WORDS = /\bcvc|\bcvv|card[-_ ]?(number|no\b)|cardnum|ccnum|\biban\b/i;
  const TEXT_ROLES = new Set(["button", "link", "tab", "menuitem", "menuitemradio", "menuitemcheckbox", "option", "treeitem"]);
  const INPUT_ROLES = {
    button: "button", submit: "button", reset: "button", image: "button", checkbox: "checkbox", radio: "radio",
    range: "slider", number: "spinbutton", search: "searchbox", file: "button", color: "button",
  };
  const TAG_ROLES = { a: "link", button: "button", select: "combobox", textarea: "textbox", option: "option", summary: "button", img: "image", form: "form" };
  const INTERESTING = "a[href],button,input,select,textarea,summary,option,[role],[contenteditable],label";

  function secretKind(element) {
    if (!(element instanceof Element)) return "";
    const auto = element.getAttribute("autocomplete") || "";
    if ((element.getAttribute("type") || "").toLowerCase() === "password") remember(element);
    const words = isField(element) ? [...keysOf(element), labelOf(element), element.getAttribute("placeholder")].join(" ") : "";
    if (/one-time-code/i.test(auto) || ONE_TIME_WORDS.test(words)) return "one-time code";
    if (/(^|\s)cc-/i.test(auto) || CARD_WORDS.test(words)) return "card";
    if (isRemembered(element) || /(current|new)-password/i.test(auto) || SECRET_WORDS.test(words)) return "password";
    return "";
  }

  function remember(element) {
    secretsSeen.add(element);
    for (const key of keysOf(element)) secretKeys.add(key);
  }

  function isRemembered(element) {
    return secretsSeen.has(element) || (isField(element) && keysOf(element).some((key) => secretKeys.has(key)));
  }

  function keysOf(element) {
    return [element.getAttribute("id"), element.getAttribute("name")].filter(Boolean);
  }

  function isField(element) {
    return element.matches("input:not([type=button],[type=submit],[type=reset],[type=image],[type=checkbox],[type=radio]),textarea,[contenteditable],[role=textbox]");
  }

  function roleOf(element) {
    const named = element.getAttribute("role");
    if (named) return named.split(/\s+/)[0].slice(0, 64);
    const tag = element.localName;
    if (tag === "input") return INPUT_ROLES[(element.getAttribute("type") || "text").toLowerCase()] || "textbox";
    if (element.isContentEditable) return "textbox";
    return TAG_ROLES[tag] || tag;
  }

  function textOf(node) {
    return (node && !node.isContentEditable && !node.querySelector("[contenteditable],input,textarea") ? node.textContent : "") || "";
  }

  function labelOf(element) {
    const root = element.getRootNode();
    const byId = (element.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean)
      .map((id) => textOf(root.getElementById ? root.getElementById(id) : null)).join(" ");
    const labels = element.labels ? Array.from(element.labels, (label) => ownText(label)).join(" ") : "";
    return byId || element.getAttribute("aria-label") || labels || "";
  }

  function ownText(label) {
    return Array.from(label.childNodes).filter((node) => node.nodeType === Node.TEXT_NODE || (node.localName && !node.matches("input,select,textarea,[contenteditable]")))
      .map((node) => (node.nodeType === Node.TEXT_NODE ? node.data : textOf(node))).join(" ");
  }

  function nameOf(element, role) {
    let name = labelOf(element);
    const type = (element.getAttribute("type") || "").toLowerCase();
    if (!name && element.localName === "input" && ["submit", "button", "reset"].includes(type)) name = element.value || type;
    if (!name) name = element.getAttribute("alt") || "";
    if (!name && !element.isContentEditable && (TEXT_ROLES.has(role) || element.localName === "label")) name = textOf(element);
    if (!name) name = element.getAttribute("title") || element.getAttribute("placeholder") || element.getAttribute("name") || "";
    return name.replace(/\s+/g, " ").trim().slice(0, NAME_MAX);
  }

  // The element that was meant: of what was hit, the nearest that has a role of its own; also inside open shadow roots.
  function meant(event) {
    for (const node of event.composedPath()) {
      if (node instanceof Element && node.matches(INTERESTING)) return (node.localName === "label" && node.control) || node;
    }
    const hit = event.composedPath()[0];
    return hit instanceof Element ? hit : null;
  }

  function describe(element) {
    if (!element) return { role: "", name: "", id: "" };
    const secret = secretKind(element);
    if (secret) return { role: secret, name: "", id: "" };
    const role = roleOf(element);
    const isPlain = !element.matches(`${INTERESTING},form`);
    return { role, name: isPlain ? "" : nameOf(element, role), id: (element.getAttribute("id") || "").slice(0, 200) };
  }

  return { meant, describe, secretKind, remember };
})();
