// What of the browser is told, and when: the page in front, and what pages tell. Private windows never are.
// agent.js carries it to the agent.
import { tell, tryNativeAgain } from "./agent.js";
import { forget, note, secretSince } from "./secrets.js";

const KINDS = new Set(["clicked", "element_changed", "submitted", "copied", "cut", "pasted"]);
// Also pages installed as applications; a window of another type is none that has a page.
const WINDOW_TYPES = ["normal", "popup", "app"];

let lastTold = "";
let wanted = null; // that the page in front is told, once more after what is being asked now
let isAsking = false;

function cleanUrl(url) {
  try {
    const parts = new URL(url);
    return parts.protocol === "http:" || parts.protocol === "https:" ? parts.origin + parts.pathname : parts.protocol;
  } catch (error) {
    return "";
  }
}

async function pageInFront() {
  try {
    const focused = await chrome.windows.getLastFocused({ populate: false, windowTypes: WINDOW_TYPES });
    if (focused.focused && !focused.incognito) {
      const [tab] = await chrome.tabs.query({ active: true, windowId: focused.id });
      if (tab && !tab.incognito) {
        const page = { title: tab.title || "", url: cleanUrl(tab.url || ""), audible: Boolean(tab.audible), secret_ms: await secretSince(tab.id) };
        return { page, windowId: focused.id };
      }
    }
  } catch (error) {
    // No window that we may see: the page in front stays unnamed.
  }
  return { page: { title: "", url: "", audible: false }, windowId: chrome.windows.WINDOW_ID_NONE };
}

// One at a time: what is told last was asked after everything that happened, never overtaken by an older answer.
async function tellPage(isAnew = false) {
  wanted = { isAnew: isAnew || Boolean(wanted && wanted.isAnew) };
  if (isAsking) return;
  isAsking = true;
  while (wanted) {
    const { isAnew: isToldAnew } = wanted;
    wanted = null;
    const { page, windowId } = await pageInFront();
    const told = JSON.stringify([windowId, page]); // two windows may show the same page: each is vouched for
    if (told === lastTold && !isToldAnew) continue;
    lastTold = told;
    void tell({ kind: "window_focused", at_ms: Date.now(), ...page });
  }
  isAsking = false;
}

chrome.runtime.onMessage.addListener((message, sender) => {
  if (sender.id !== chrome.runtime.id || !sender.tab || sender.tab.incognito) return;
  if (message.kind === "field_focused") {
    void note(sender.tab.id, sender.frameId, message).then(() => tellPage());
  } else if (KINDS.has(message.kind)) {
    const title = sender.tab.title || message.title;
    void tell({ ...message, title, url: cleanUrl(sender.tab.url || message.url) });
  }
});
chrome.tabs.onActivated.addListener(() => tellPage());
chrome.tabs.onUpdated.addListener((id, change) => {
  if (change.title || change.url || change.audible !== undefined || change.status === "complete") void tellPage();
});
chrome.tabs.onRemoved.addListener((id) => void forget(id));
chrome.windows.onFocusChanged.addListener(() => tellPage());
chrome.alarms.create("alive", { periodInMinutes: 0.5 });
chrome.alarms.onAlarm.addListener(() => {
  tryNativeAgain();
  void tellPage(true);
});
chrome.runtime.onStartup.addListener(() => tellPage(true));
chrome.runtime.onInstalled.addListener(() => tellPage(true));
chrome.action.onClicked.addListener(() => chrome.runtime.openOptionsPage());
chrome.storage.local.onChanged.addListener((changes) => {
  if (changes.pairing) void tellPage(true);
});
void tellPage(true);
