"""Organisations, people, roles and the ways they sign in."""
