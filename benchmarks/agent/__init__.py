"""What the agent costs and what it keeps, measured on a real desktop: `python -m benchmarks.agent [GROUP …]`."""
