"""Events over HTTP, beside the Python aw-server: `python -m benchmarks.ingestion`."""
