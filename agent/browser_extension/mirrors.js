// What a page writes on its controls of what a person typed: such a name is not told.
// elements.js asks; page.js says when a secret field is used.
"use strict";

const taskMiningMirrors = (() => {
  const SHOWN_MIN = 3; // shorter values of ordinary fields stand on many controls by chance
  const USED_MAX = 50;
  const WATCHED = {
    subtree: true, childList: true, characterData: true,
    attributes: true, attributeFilter: ["value", "aria-label", "aria-labelledby", "title", "alt"],
  };
  const FIELDS = "input,textarea,[contenteditable],[role=textbox]";
  const NO_TEXT = new Set(["button", "submit", "reset", "image", "checkbox", "radio", "hidden", "file", "range", "color"]);

  const used = new Set(); // secret fields that were used, also after the page took them away
  const changed = new WeakSet(); // what the page changed while one of them was there
  const added = new WeakSet(); // what it added then
  const roots = new Set();
  let isWatching = false;

  const observer = new MutationObserver((changes) => {
    note(changes);
    if (![...used].some((field) => field.isConnected)) {
      isWatching = false;
      observer.disconnect();
    }
  });

  function note(changes) {
    for (const { target, addedNodes } of changes) {
      changed.add(target);
      for (const node of addedNodes) added.add(node);
    }
  }

  // From now on, until the page has taken all used secret fields away.
  function begin(field) {
    used.add(field);
    if (used.size > USED_MAX) used.delete(used.values().next().value);
    if (isWatching) return;
    isWatching = true;
    for (const root of [document, ...roots]) observer.observe(root, WATCHED);
  }

  function addRoot(root) {
    roots.add(root);
    if (isWatching) observer.observe(root, WATCHED);
  }

  const plain = (text) => text.normalize("NFKC").replace(/\s+/g, "").toLowerCase();

  function valueOf(field) {
    if (field.localName === "input" && NO_TEXT.has(field.type)) return "";
    return field.value === undefined ? field.textContent || "" : String(field.value);
  }

  function holdsValue(name, field, shownMin) {
    const value = plain(valueOf(field));
    return value.length >= shownMin && name.includes(value);
  }

  function wasChanged(source) {
    for (let node = source; node; node = node.parentNode) if (added.has(node)) return true;
    if (changed.has(source)) return true;
    const within = document.createTreeWalker(source, NodeFilter.SHOW_ALL);
    while (within.nextNode()) if (changed.has(within.currentNode) || added.has(within.currentNode)) return true;
    return false;
  }

  // `sources`: the elements that the name was read from. The field that it names may be empty or not: it is not asked.
  function isMirror(element, name, sources) {
    note(observer.takeRecords());
    if (sources.some(wasChanged)) return true;
    const text = plain(name);
    for (const field of used) if (holdsValue(text, field, 1)) return true;
    for (const root of [document, ...roots]) {
      for (const field of root.querySelectorAll(FIELDS)) {
        if (field !== element && !field.contains(element) && holdsValue(text, field, SHOWN_MIN)) return true;
      }
    }
    return false;
  }

  return { begin, addRoot, isMirror };
})();
