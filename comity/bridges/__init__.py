"""Bridges: which clauses of two instruments correspond, as published, as proposed, and later as decided."""
