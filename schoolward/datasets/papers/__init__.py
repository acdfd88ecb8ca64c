"""Files that describe other files: recognised and named, with no figures to load."""
