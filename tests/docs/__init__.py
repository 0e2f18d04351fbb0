"""The pages are true: links lead somewhere, pictures are drawn from tables, recipes work."""
