"""Captures on X11, told by the server of every change and asking for nothing at intervals.

Lock, sleep, elements and calls are the same under any Linux desktop: `agent.capture.linux`.
"""
