// Talks to the agent on this computer: which page is in front, and what pages tell. Native messaging, else loopback.
// Nothing is stored: what happens while no agent listens is not recorded.
"use strict";

const HOST = "org.task_mining.agent";
const PENDING_MAX = 200;
const KINDS = new Set(["clicked", "element_changed", "submitted", "copied", "cut", "pasted"]);

let port = null;
let pending = [];
let number = 0;
let lastPage = "";

function connect() {
  if (port) return;
  try {
    port = chrome.runtime.connectNative(HOST);
  } catch (error) {
    port = null;
    return;
  }
  port.onDisconnect.addListener(() => {
    void chrome.runtime.lastError;
    port = null;
  });
  port.onMessage.addListener((answer) => {
    if (answer && answer.error === "not running") pending = [];
    if (answer && answer.number) pending = pending.filter((message) => message.number > answer.number);
  });
}

async function send(message) {
  message.number = ++number;
  pending.push(message);
  pending = pending.slice(-PENDING_MAX);
  connect();
  if (port) {
    try {
      port.postMessage(message);
      return;
    } catch (error) {
      port = null;
    }
  }
  await sendByLoopback(message);
}

async function sendByLoopback(message) {
  const { pairing } = await chrome.storage.local.get("pairing");
  if (!pairing) return;
  try {
    const answer = await fetch(`http://127.0.0.1:${pairing.port}/browser-events`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${pairing.token}` },
      body: JSON.stringify([message]),
    });
    if (answer.ok) pending = pending.filter((each) => each.number !== message.number);
  } catch (error) {
    // The agent is not running: what happens now is not recorded.
  }
}

function cleanUrl(url) {
  try {
    const parts = new URL(url);
    return parts.protocol === "http:" || parts.protocol === "https:" ? parts.origin + parts.pathname : parts.protocol;
  } catch (error) {
    return "";
  }
}

async function tellPage(isAnew = false) {
  let page = { title: "", url: "", audible: false };
  try {
    const focused = await chrome.windows.getLastFocused({ populate: false });
    if (focused.focused && !focused.incognito) {
      const [tab] = await chrome.tabs.query({ active: true, windowId: focused.id });
      if (tab && !tab.incognito) page = { title: tab.title || "", url: cleanUrl(tab.url || ""), audible: Boolean(tab.audible) };
    }
  } catch (error) {
    // No window that we may see: the page in front stays unnamed.
  }
  const told = JSON.stringify(page);
  if (told === lastPage && !isAnew) return;
  lastPage = told;
  await send({ kind: "window_focused", at_ms: Date.now(), role: "", name: "", id: "", ...page });
}

chrome.runtime.onMessage.addListener((message, sender) => {
  if (sender.id === chrome.runtime.id && sender.tab && !sender.tab.incognito && KINDS.has(message.kind)) {
    const title = sender.tab.title || message.title;
    void send({ ...message, title, url: cleanUrl(sender.tab.url || message.url) });
  }
});
chrome.tabs.onActivated.addListener(() => tellPage());
chrome.tabs.onUpdated.addListener((id, change) => {
  if (change.title || change.url || change.audible !== undefined || change.status === "complete") void tellPage();
});
chrome.windows.onFocusChanged.addListener(() => tellPage());
chrome.alarms.create("alive", { periodInMinutes: 0.5 });
chrome.alarms.onAlarm.addListener(() => tellPage(true));
chrome.runtime.onStartup.addListener(() => tellPage(true));
chrome.runtime.onInstalled.addListener(() => tellPage(true));
void tellPage(true);
