// Tells the worker what a person does on this page: clicks, changed fields, submits, copy, cut and paste. No content.
// What an element is called belongs to elements.js; talking to the agent, to worker.js.
"use strict";

(() => {
  const { meant, describe, secretKind } = taskMiningElements;

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

  const heard = {
    click: (event) => tell("clicked", meant(event)),
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
    // A password field is remembered before anything can turn it into a text field.
    focusin: (event) => void secretKind(event.composedPath()[0]),
  };

  function onEvent(event) {
    if (event.isTrusted) heard[event.type](event);
  }

  function stop() {
    for (const type of Object.keys(heard)) window.removeEventListener(type, onEvent, true);
  }

  for (const type of Object.keys(heard)) window.addEventListener(type, onEvent, true);

  function rememberSecrets() {
    for (const field of document.querySelectorAll("input[type=password]")) secretKind(field);
  }
  document.addEventListener("DOMContentLoaded", () => {
    rememberSecrets();
    new MutationObserver(rememberSecrets).observe(document, { childList: true, subtree: true });
  });
})();
