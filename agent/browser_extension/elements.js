// What an element is called and whether it is secret: its role and, of a control or a field, its name; never its content.
// roles.js says of which role what is told; page.js decides when something is told.
"use strict";

const taskMiningElements = (() => {
  const NAME_MAX = 200;
  // Fields that were secret once stay so, also after "show password": the element, and where a page puts another one in
  // its place, what has the same id or name.
  const secretsSeen = new WeakSet();
  const secretKeys = new Set();
  const SECRET_WORDS = /passw|passphrase|pwd|kennwort|contrase|mot[- ]?de[- ]?passe|wachtwoord|secret|\bpin\b/i;
  const ONE_TIME_WORDS = /\botp\b|one[- ]?time/i;
  const CARD_WORDS = /\bcvc|\bcvv|card[-_ ]?(number|no\b)|cardnum|ccnum|\biban\b/i;
  const INPUT_ROLES = {
    button: "button", submit: "button", reset: "button", image: "button", checkbox: "checkbox", radio: "radio",
    range: "slider", number: "spinbutton", search: "searchbox", file: "button", color: "button",
  };
  const TAG_ROLES = {
    a: "link", button: "button", select: "combobox", textarea: "textbox", option: "option", summary: "button", img: "img",
    form: "form", label: "label", li: "listitem", td: "cell", th: "columnheader", tr: "row", table: "table", ul: "list",
    ol: "list", h1: "heading", h2: "heading", h3: "heading", article: "article",
  };
  const INTERESTING = "a[href],button,input,select,textarea,summary,option,[role],[contenteditable],label";
  const MENUS = "nav,menu,[role=menu],[role=menubar],[role=tablist],[role=toolbar],[role=navigation]";
  const told = new Map(Object.entries(taskMiningRoles).flatMap(([what, roles]) => (what === "content around" ? [] : roles.map((role) => [role, what]))));
  const around = new Set(taskMiningRoles["content around"]);

  function secretKind(element) {
    if (!(element instanceof Element)) return "";
    const auto = element.getAttribute("autocomplete") || "";
    if ((element.getAttribute("type") || "").toLowerCase() === "password") remember(element);
    const words = isField(element) ? [...keysOf(element), labelOf(element).text, element.getAttribute("placeholder")].join(" ") : "";
    // What is typed into a terminal may be a password at any time, and no terminal says when (xterm.js takes keys so).
    if (element.matches(".xterm-helper-textarea")) return "secret";
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

  // A word that nobody knows may be anything that the page has written there.
  function roleOf(element) {
    const named = (element.getAttribute("role") || "").split(/\s+/)[0].toLowerCase();
    if (named) return told.has(named) ? named : "other";
    const tag = element.localName;
    if (tag === "input") return INPUT_ROLES[(element.getAttribute("type") || "text").toLowerCase()] || "textbox";
    if (element.isContentEditable) return "textbox";
    return TAG_ROLES[tag] || "other";
  }

  function textOf(node) {
    return (node && !node.isContentEditable && !node.querySelector("[contenteditable],input,textarea") ? node.textContent : "") || "";
  }

  // {text, from}: what it is called by other elements, and which.
  function labelOf(element) {
    const root = element.getRootNode();
    const named = (element.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean)
      .map((id) => (root.getElementById ? root.getElementById(id) : null)).filter(Boolean);
    const byId = named.map(textOf).join(" ");
    if (byId) return { text: byId, from: named };
    const labels = Array.from(element.labels || []);
    return { text: element.getAttribute("aria-label") || labels.map(ownText).join(" "), from: labels };
  }

  function ownText(label) {
    return Array.from(label.childNodes).filter((node) => node.nodeType === Node.TEXT_NODE || (node.localName && !node.matches("input,select,textarea,[contenteditable]")))
      .map((node) => (node.nodeType === Node.TEXT_NODE ? node.data : textOf(node))).join(" ");
  }

  function nameOf(element, what) {
    const label = labelOf(element);
    let name = label.text;
    if (!name && what === "name") {
      const type = (element.getAttribute("type") || "").toLowerCase();
      if (element.localName === "input") name = ["submit", "button", "reset"].includes(type) ? element.value || type : "";
      else name = element.isContentEditable ? "" : textOf(element);
      name = name || element.getAttribute("alt") || element.getAttribute("title") || "";
    }
    name = name.replace(/\s+/g, " ").trim();
    return name && !taskMiningMirrors.isMirror(element, name, [element, ...label.from]) ? name.slice(0, NAME_MAX) : "";
  }

  // A button in a list, a table or a tree is named by its item; not so in a menu that is written as a list.
  function isWithinContent(element) {
    for (let node = element.parentElement || element.getRootNode().host; node; node = node.parentElement || node.getRootNode().host) {
      if (node.matches(MENUS)) return false;
      const role = roleOf(node);
      if (around.has(role)) return role !== "listitem" || !node.closest(MENUS);
    }
    return false;
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
    const what = told.get(role);
    if (what === "use") return { role, name: "", id: "" };
    if ((what !== "name" && what !== "label") || (what === "name" && isWithinContent(element))) return { role, name: "", id: "" };
    return { role, name: nameOf(element, what), id: (element.getAttribute("id") || "").slice(0, 200) };
  }

  return { meant, describe, secretKind, remember };
})();
