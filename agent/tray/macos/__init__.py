"""The icon in the menu bar of macOS, by PyObjC, which pynput brings. Not run on hardware; tested against a fake AppKit.

What it shows and offers belongs to `agent.tray.menu`.
"""
