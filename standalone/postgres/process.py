"""Turns this process into the embedded PostgreSQL's postmaster, so that a supervisor can watch it."""

from standalone.settings import settings_from_environment

if __name__ == "__main__":
    settings_from_environment().postgres.become()
