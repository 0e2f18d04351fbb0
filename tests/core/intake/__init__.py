"""The interview: its talk, its tables, its properties."""
