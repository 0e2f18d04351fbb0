"""Whether words tell of a danger to life: lists and the verdict."""
