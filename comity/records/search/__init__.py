"""Search over all records: an index of terms in the database, an index of vectors in files, one ranking."""
