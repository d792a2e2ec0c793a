"""Read instruments split into clauses, whatever format they are published in."""
