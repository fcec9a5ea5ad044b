"""Captures what happens on a desktop: one small interface, and a backend for each kind of desktop behind it.

Add a backend as a folder here, and its name to `choosing`. Nothing here touches the disk or the network.
"""
