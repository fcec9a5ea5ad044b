"""Passwords, keys and codes: what opens something."""
