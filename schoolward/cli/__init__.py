"""One command, `schoolward`."""
