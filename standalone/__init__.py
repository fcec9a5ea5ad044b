"""Everything on one machine: the command `task-mining`, the processes it supervises, and the demonstration."""
