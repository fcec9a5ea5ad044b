"""The agent's side of the browser extension: what it says, and the two ways by which it says it.

The extension itself is in `agent/browser_extension`; what its words become belongs to the recorder.
"""
