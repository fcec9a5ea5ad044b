"""The supervised processes: which there are, their configuration, supervisord, and their health."""
