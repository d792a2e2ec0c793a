"""Bodies, committees, documents and their editions: the catalogue of standards."""
