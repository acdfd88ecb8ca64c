"""Where authorities begin and end."""
