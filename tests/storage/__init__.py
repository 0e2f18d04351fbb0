"""Tests of storage, on the store that is shipped."""
