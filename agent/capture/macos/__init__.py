"""Capture on macOS. Not run on hardware: the decisions are pure and tested, the system calls are reviewed only.

Keys and clicks are pynput's; the person must grant Input Monitoring and Accessibility.
"""
