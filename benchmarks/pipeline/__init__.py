"""Landed files to aggregates, beside plain pandas: `python -m benchmarks.pipeline`."""
