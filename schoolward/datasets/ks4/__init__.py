"""Key stage 4 results by school."""
