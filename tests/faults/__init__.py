"""Routes that die and come back, at every moment of an emergency."""
