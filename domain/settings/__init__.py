"""Rules for what the environment of a process says, the same in every process that reads it."""
