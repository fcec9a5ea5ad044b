"""Roles, callers, the check before every endpoint, and how secrets are stored; no noun is imported here."""
