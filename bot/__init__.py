"""Caseward: a case desk for reports of harassment, on chat networks."""
