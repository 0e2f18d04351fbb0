"""The case file on disk: one writer, everything personal sealed."""
