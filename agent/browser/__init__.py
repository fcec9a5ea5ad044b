"""The agent's side of the browser extension (`agent/browser_extension`): reads its messages, by either of two ways."""
