"""Losses: events that never arrived or were not stored, counted by reason."""
