"""`python -m benchmarks.abuse`: requests of agents and an analyst, with and without hostile connections."""

from benchmarks.abuse.figures import main

if __name__ == "__main__":
    main()
