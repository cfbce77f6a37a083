"""What is claimed about speed, measured: ``python -m tests.benchmarks [core] [page] [server]`` prints the tables."""
