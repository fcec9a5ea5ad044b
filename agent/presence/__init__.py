"""The state a person is in: present or idle, private, locked, asleep, in a task."""
