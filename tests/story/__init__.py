"""Stories: a whole bot in memory, from a frightened message to a closed case."""
