"""The words and pure rules that agent, governance API and pipelines share.

No I/O, no clock, no environment; imports the standard library, msgspec and re2 only.
"""

__version__ = "0.1.0"
"""Of the product: its packages, the agent, the browser extension and the API."""
