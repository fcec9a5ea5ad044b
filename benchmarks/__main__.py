"""`python -m benchmarks`: every figure of the server side, one after the other; `benchmarks.agent` has the agent's."""

from benchmarks.ingestion.comparison import main as measure_ingestion
from benchmarks.pipeline.comparison import main as measure_pipeline

if __name__ == "__main__":
    measure_ingestion()
    measure_pipeline()
