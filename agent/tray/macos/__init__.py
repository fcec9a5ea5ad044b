"""Shows the icon in the menu bar of macOS, by PyObjC, which pynput brings.

Never run on a Mac; tested against an imagined AppKit.
"""
