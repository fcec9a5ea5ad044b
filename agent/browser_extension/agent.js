// Talks to the agent on this computer: native messaging, else the paired port. worker.js decides what is told.
// Nothing is stored: what happens while no agent listens is not recorded.
import { isAgent, post } from "./pairing.js";

const HOST = "org.task_mining.agent";
const PENDING_MAX = 200;
const TITLE_MAX = 4096;

let port = null;
let hasPortAnswered = false;
let isNativeMissing = false; // found out once per worker, and tried anew by the alarm
let isPosting = false;
let pending = [];
let number = 0;

// A name for this profile, random and of no meaning: the agent tells several profiles and browsers apart by it.
const profile = chrome.storage.local.get("profile").then(async (kept) => {
  const found = kept.profile || crypto.randomUUID();
  if (!kept.profile) await chrome.storage.local.set({ profile: found });
  return found;
});

export function tryNativeAgain() {
  isNativeMissing = false;
}

export async function tell(message) {
  const told = { ...message, title: message.title.slice(0, TITLE_MAX), url: message.url.slice(0, TITLE_MAX), profile: await profile };
  told.number = ++number;
  pending = [...pending, told].slice(-PENDING_MAX);
  if (!tellByHost(told)) await tellByPort();
}

function tellByHost(message) {
  if (isNativeMissing) return false;
  try {
    if (!port) connect();
    port.postMessage(message);
    return true;
  } catch (error) {
    port = null;
    return false;
  }
}

function connect() {
  hasPortAnswered = false;
  port = chrome.runtime.connectNative(HOST);
  port.onDisconnect.addListener((closed) => {
    void chrome.runtime.lastError;
    if (port === closed) port = null;
    if (hasPortAnswered) return;
    isNativeMissing = true; // the browser says so only now, after it took the message
    void tellByPort();
  });
  port.onMessage.addListener((answer) => {
    hasPortAnswered = true;
    if (answer && answer.error === "not running") pending = [];
    if (answer && answer.number) pending = pending.filter((message) => message.number > answer.number);
    void showWay(answer && answer.error ? "none" : "host");
  });
}

async function tellByPort() {
  if (isPosting || !pending.length) return;
  isPosting = true;
  try {
    while (pending.length) {
      const { pairing } = await chrome.storage.local.get("pairing");
      const sent = pending;
      pending = [];
      await showWay(pairing ? await postTo(pairing, sent) : "none");
    }
  } finally {
    isPosting = false;
  }
}

async function postTo(pairing, messages) {
  if (!(await isAgent(pairing))) return "none"; // another program may have come by the port: it is told nothing
  const status = await post(pairing, "browser-events", JSON.stringify(messages));
  if (status === 204) return "port";
  return status === 0 ? "none" : "refused";
}

// For the options page, and as a mark on the icon when something is to be done.
async function showWay(way) {
  await chrome.storage.session.set({ way });
  await chrome.action.setBadgeText({ text: way === "refused" || (way === "none" && isNativeMissing) ? "!" : "" });
}
