"""Servers of our own for tests: InspIRCd with Atheme, the demo's IRC server, and a raw client."""
