"""Capture on Windows. Not run on hardware: the decisions are pure and tested, the system calls are reviewed only.

Keys and clicks are pynput's.
"""
