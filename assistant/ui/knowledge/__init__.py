"""The page /knowledge/: documents, uploads, changes with their check, the search bench and what has to be looked at."""
