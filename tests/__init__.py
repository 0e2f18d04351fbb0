"""The tests, which share one small world."""
