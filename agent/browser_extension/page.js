// Tells the worker what a person does on this page: clicks, changed fields, submits, copy, cut and paste. No content.
// elements.js says what an element is called, mirrors.js what a page repeats; worker.js talks to the agent.
"use strict";

(() => {
  const { meant, describe, secretKind, remember } = taskMiningElements;
  const SAME_PRESS_MS = 1000;

  const sinceMs = new WeakMap(); // since when there is something in a field: the length may hold all of it
  let isSecretTold = false;
  let press = null; // the last one of a pointer: when it began, and when a click of it was told

  function tell(kind, element, more = {}) {
    send({
      kind,
      at_ms: Date.now(),
      title: document.title.slice(0, 4096),
      url: (location.origin === "null" ? "" : location.origin + location.pathname).slice(0, 4096),
      ...describe(element),
      ...more,
    });
  }

  function send(message) {
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

  // Whether the keyboard goes to a secret field from now on: the agent counts no keys then.
  function tellFocus(element, event) {
    const isSecret = Boolean(secretKind(element));
    if (isSecret) taskMiningMirrors.begin(element);
    if (isSecret === isSecretTold) return;
    isSecretTold = isSecret;
    send({ kind: "field_focused", secret_ms: isSecret ? momentOf(event) : 0 });
  }

  function isLengthTold(element) {
    return element.matches("input,textarea") && !["checkbox", "radio", "file"].includes(element.type);
  }

  // What a page has put there may be what was typed before this page was loaded.
  function noteSince(element) {
    if (!(element instanceof Element) || !isLengthTold(element)) return;
    if (element.value === "") sinceMs.set(element, Date.now());
    else if (!sinceMs.has(element)) sinceMs.set(element, performance.timeOrigin);
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
      const length = isLengthTold(element) && !secretKind(element) ? element.value.length : 0; // a count, never the text
      tell("element_changed", element, { value_length: length, since_ms: length ? sinceMs.get(element) || 0 : 0 });
    },
    submit: (event) => tell("submitted", event.target),
    copy: (event) => tell("copied", meant(event)),
    cut: (event) => tell("cut", meant(event)),
    paste: (event) => tell("pasted", meant(event)),
    // A password field is remembered before anything can turn it into a text field, in shadow trees too.
    focusin: (event) => {
      for (const node of event.composedPath()) if (node instanceof ShadowRoot) watch(node);
      noteSince(event.composedPath()[0]);
      tellFocus(event.composedPath()[0], event);
    },
    focusout: (event) => tellFocus(null, event),
    // Also what was filled in without a focus, and a field that became secret while it was used.
    input: (event) => {
      const field = event.composedPath()[0];
      noteSince(field);
      if (secretKind(field)) tellFocus(field, event);
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
    if (root !== document) taskMiningMirrors.addRoot(root);
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
  send({ kind: "field_focused", secret_ms: 0, is_new: true });
})();
