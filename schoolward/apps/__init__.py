"""One Django app per capability; each may import only those below it."""
