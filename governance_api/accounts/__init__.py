"""Accounts: those who sign in to govern, with their roles."""
