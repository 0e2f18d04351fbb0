"""The sentences that people read, by language, and how they are filled in."""
