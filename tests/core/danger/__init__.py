"""The word lists and the verdict."""
