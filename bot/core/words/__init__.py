"""The vocabulary that every other part speaks: ids, labels, people, places, effects."""
