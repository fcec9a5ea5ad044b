// Tells the worker what a person does on this page: clicks, changed fields, submits, copy, cut and paste. No content.
// elements.js says what an element is called; worker.js talks to the agent.
"use strict";

(() => {
  const { meant, describe, secretKind, remember } = taskMiningElements;
  const SAME_PRESS_MS = 1000;

  let press = null; // the last one of a pointer: when it began, and when a click of it was told

  function tell(kind, element, more = {}) {
    const message = {
      kind,
      at_ms: Date.now(),
      title: document.title.slice(0, 4096),
      url: (location.origin === "null" ? "" : location.origin + location.pathname).slice(0, 4096),
      ...describe(element),
      ...more,
    };
    try {
      chrome.runtime.sendMessage(message).catch(() => undefined);
    } catch (error) {
      // The extension was updated: this page speaks again after it is loaded anew.
      stop();
    }
  }

  // By the wall clock: an event tells when the input was made, also when the page was busy since.
  function momentOf(event) {
    return Date.now() - Math.max(0, performance.now() - event.timeStamp);
  }

  // One press is one click, as of its beginning (so does the desktop count): a click on a label clicks its field as well.
  function clicked(event) {
    if (press && press.told_ms && Date.now() - press.told_ms < SAME_PRESS_MS) return;
    const isOfPress = press && !press.told_ms;
    tell("clicked", meant(event), { at_ms: isOfPress ? press.at_ms : momentOf(event) });
    if (isOfPress) press.told_ms = Date.now();
  }

  const heard = {
    pointerdown: (event) => void (press = { at_ms: momentOf(event), told_ms: 0 }),
    keydown: () => void (press = null), // no key is looked at: a click that follows is of the keyboard
    click: clicked,
    change: (event) => {
      const element = event.composedPath()[0];
      if (!(element instanceof Element)) return;
      const isText = element.matches("input,textarea") && !["checkbox", "radio", "file"].includes(element.type);
      const length = isText && !secretKind(element) ? element.value.length : 0; // a count, never the text
      tell("element_changed", element, { value_length: length });
    },
    submit: (event) => tell("submitted", event.target),
    copy: (event) => tell("copied", meant(event)),
    cut: (event) => tell("cut", meant(event)),
    paste: (event) => tell("pasted", meant(event)),
    // A password field is remembered before anything can turn it into a text field, in shadow trees too.
    focusin: (event) => {
      for (const node of event.composedPath()) if (node instanceof ShadowRoot) watch(node);
      secretKind(event.composedPath()[0]);
    },
  };

  function onEvent(event) {
    if (event.isTrusted) heard[event.type](event);
  }

  function stop() {
    for (const type of Object.keys(heard)) window.removeEventListener(type, onEvent, true);
  }

  for (const type of Object.keys(heard)) window.addEventListener(type, onEvent, true);

  const watched = new WeakSet();
  const WATCHED = { childList: true, subtree: true, attributes: true, attributeFilter: ["type"], attributeOldValue: true };

  function watch(root) {
    if (watched.has(root)) return;
    watched.add(root);
    rememberSecrets(root);
    new MutationObserver((changes) => {
      for (const { oldValue, target } of changes) if ((oldValue || "").toLowerCase() === "password") remember(target);
      if (changes.some((change) => change.addedNodes.length)) rememberSecrets(root);
    }).observe(root, WATCHED);
  }

  function rememberSecrets(root) {
    for (const field of root.querySelectorAll("input[type=password i]")) remember(field);
  }
  document.addEventListener("DOMContentLoaded", () => watch(document));
})();
