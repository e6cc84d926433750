"""Measurements, started as `python -m benchmarks.<name>`."""
