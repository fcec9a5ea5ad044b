// Keeps the port and token of the loopback fallback. Sending belongs to worker.js.
"use strict";

document.getElementById("pairing").addEventListener("submit", async (event) => {
  event.preventDefault();
  const pairing = { port: Number(document.getElementById("port").value), token: document.getElementById("token").value };
  await chrome.storage.local.set({ pairing });
  document.getElementById("said").textContent = "Saved.";
});
