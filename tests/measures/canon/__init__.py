"""A measuring set for canonical links, written from the definitions alone."""
