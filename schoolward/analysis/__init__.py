"""RECKON: arithmetic on what it is given. No Django, no input or output, no clock."""
