"""The icon in the notification area of Windows, by ctypes. Not run on hardware; tested against an imagined Windows.

What it shows and offers belongs to `agent.tray.menu`.
"""
