"""Recordings of other tools, read as raw events and delivered like an agent's.

What they mean as activities is decided later, by the same road as every raw event.
"""
