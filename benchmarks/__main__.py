"""`python -m benchmarks`: every figure of the server side, one after the other.

What is measured, and beside which peer, belongs to the modules named here; the agent's figures to `benchmarks.agent`.
"""

from benchmarks import ingestion, pipeline

if __name__ == "__main__":
    ingestion.main()
    pipeline.main()
