"""The shell of the pages: layout, home, search, errors."""
