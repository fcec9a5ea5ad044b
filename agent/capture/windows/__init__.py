"""Captures on Windows; its decisions are pure and tested, its system calls have never run on Windows.

Keys and clicks are pynput's.
"""
