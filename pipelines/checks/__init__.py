"""Blocking checks: what must be true of a dataset before anything is built on it."""
