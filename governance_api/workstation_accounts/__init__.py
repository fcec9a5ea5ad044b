"""Workstation accounts: what a person's account at the operating system is called where it is not the login."""
