"""The program is killed at every point that matters; what is left is looked at."""
