"""The embedded PostgreSQL as a process that a supervisor watches: this process turns into the postmaster.

Everything about the cluster itself belongs to `cluster`.
"""

from standalone.settings import settings_from_environment

if __name__ == "__main__":
    settings_from_environment().postgres.become()
