"""Benchmarks: each module with a `main` is one, called by its name (`./run bench irc`)."""
