"""Pages that draw on several capabilities, one module per page or small family of pages."""
