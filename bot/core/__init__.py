"""The domain: decisions without I/O, clock, chance or log; imports nothing else of ours."""
