"""Callers, the role check before every endpoint, and how secrets are stored."""
