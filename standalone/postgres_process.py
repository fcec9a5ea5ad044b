"""The embedded PostgreSQL as a process that a supervisor watches: this process turns into the postmaster.

Everything about the cluster itself belongs to `embedded_postgres`.
"""

from standalone.settings import settings_from_environment

if __name__ == "__main__":
    settings_from_environment().postgres.become()
