"""Pure computing: text, identifiers, embedding. Knows nothing of Django, of formats, or of the node."""
