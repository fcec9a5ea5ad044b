"""Keys, clicks and the wheel: what all desktops have in common, and the listener of Windows and macOS."""
