"""Captures on macOS; its decisions are pure and tested, its system calls have never run on a Mac.

Keys and clicks are pynput's; the person must grant Input Monitoring and Accessibility.
"""
