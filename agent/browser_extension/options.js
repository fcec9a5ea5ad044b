// The page on which a person pairs: says how it stands, takes the code, and tries it before it is kept.
// pairing.js speaks through the port.
import { isAgent, post, readCode } from "./pairing.js";

const STATES = {
  host: ["is-good", "Connected. The browser speaks with the agent directly; there is nothing to do here."],
  port: ["is-good", "Connected by the pairing code."],
  refused: ["is-bad", "The agent refuses this pairing. Pair anew."],
  none: ["is-bad", "Not connected: the agent does not run, or this browser is not paired with it."],
};
const byId = (id) => document.getElementById(id);

async function show() {
  const [{ way }, { pairing }] = await Promise.all([chrome.storage.session.get("way"), chrome.storage.local.get("pairing")]);
  const [mark, text] = STATES[way] || STATES.none;
  byId("state").className = mark;
  byId("state").textContent = text;
  byId("forget").hidden = !pairing;
}

function answer(text) {
  byId("answer").textContent = text;
  byId("code").setAttribute("aria-invalid", String(Boolean(text)));
}

async function problemOf(pairing) {
  if (!pairing) return "This is no pairing code: copy the whole line that the command shows.";
  if (!(await isAgent(pairing))) return "No agent answers to this code: start the agent, ask for the code again and paste it.";
  const status = await post(pairing, "browser-events", "[]");
  return status === 204 ? "" : "The agent refuses this code: ask for it again and paste it.";
}

byId("pairing").addEventListener("submit", async (event) => {
  event.preventDefault();
  const pairing = readCode(byId("code").value);
  const problem = await problemOf(pairing);
  answer(problem);
  if (problem) return;
  byId("code").value = "";
  await chrome.storage.local.set({ pairing });
  await chrome.storage.session.set({ way: "port" });
});

byId("forget").addEventListener("click", async () => {
  await chrome.storage.local.remove("pairing");
  await chrome.storage.session.set({ way: "none" });
});

chrome.storage.onChanged.addListener(() => void show());
void show();
