"""Lines of functionary talk in which nothing may be found, and made-up identifiers to hold."""
