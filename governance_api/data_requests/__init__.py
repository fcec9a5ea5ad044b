"""Data requests: who asks to collect what from whom, when, and what for."""
