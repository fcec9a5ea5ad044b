"""`python -m benchmarks.ingestion`: events over HTTP, beside their peers."""

from benchmarks.ingestion.comparison import main

if __name__ == "__main__":
    main()
