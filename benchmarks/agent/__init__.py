"""What the agent costs and what it keeps, measured on a real desktop: `python -m benchmarks.agent [GROUP …]`.

The desktop, the process and the service made for it serve the tests of the agent too; the server's figures are elsewhere.
"""
