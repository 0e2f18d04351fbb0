"""A case as a list of facts, and what can be read and decided from them."""
