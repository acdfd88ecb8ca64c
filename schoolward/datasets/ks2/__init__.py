"""Key stage 2 results by school."""
