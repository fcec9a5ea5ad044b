"""What waits on the workstation until the server has it: one SQLite file, its bounds and its repair."""
