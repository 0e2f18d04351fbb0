"""Links, recognisers, and what live cases hold."""
