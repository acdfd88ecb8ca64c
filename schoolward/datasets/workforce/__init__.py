"""Teachers and assistants by school."""
