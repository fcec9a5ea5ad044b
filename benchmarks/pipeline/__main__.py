"""`python -m benchmarks.pipeline`: landed files to aggregates, beside their peers."""

from benchmarks.pipeline.comparison import main

if __name__ == "__main__":
    main()
