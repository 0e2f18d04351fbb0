"""Finding what is personal in a text, whatever its disguise."""
