"""Dagster's web server behind the sign-in of the governance service."""
