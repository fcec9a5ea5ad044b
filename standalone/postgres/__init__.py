"""The PostgreSQL server inside the state folder: its programs, its cluster, the databases in it."""
