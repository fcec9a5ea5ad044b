// In which tabs the keyboard goes to a secret field, and since when. In memory for as long as the browser runs, since the
// worker may be ended and started anew at any time.

const KEY = "secretFrames";
const known = chrome.storage.session.get(KEY).then((kept) => kept[KEY] || {});

async function change(tabId, alter) {
  const tabs = await known;
  const frames = alter(tabs[tabId] || {});
  if (Object.keys(frames).length) tabs[tabId] = frames;
  else delete tabs[tabId];
  await chrome.storage.session.set({ [KEY]: tabs });
}

// What one frame of a tab says. A new page in the tab itself ends what all its frames had said.
export async function note(tabId, frameId, { secret_ms: secretMs, is_new: isNew }) {
  await change(tabId, (frames) => {
    const { [frameId]: _, ...others } = isNew && frameId === 0 ? {} : frames;
    return secretMs ? { ...others, [frameId]: secretMs } : others;
  });
}

export async function forget(tabId) {
  await change(tabId, () => ({}));
}

// Milliseconds; 0 when no secret field is in use.
export async function secretSince(tabId) {
  return Math.max(0, ...Object.values((await known)[tabId] || {}));
}
