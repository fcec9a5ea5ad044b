"""What the agent costs and what it keeps, measured on a real desktop: `python -m benchmarks.agent [GROUP …]`.

The desktop, the process and the service made for it also serve the tests of the agent; the server has its own files.
"""
