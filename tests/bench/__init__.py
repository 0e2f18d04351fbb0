"""The benchmarks: their arithmetic, and that their parts run."""
