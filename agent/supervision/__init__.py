"""Keeps the agent running and small: restarts what ended, measures itself, bounds memory and log."""
