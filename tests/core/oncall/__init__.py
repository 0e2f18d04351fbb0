"""Tests of the on-call ladder and of calls for help."""
