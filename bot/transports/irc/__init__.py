"""IRC, with the guards that a real network needs."""
