"""The Matrix transport: its parts alone, and the whole on a homeserver."""
