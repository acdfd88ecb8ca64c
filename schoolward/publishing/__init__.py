"""WRITE: turns text, tables and charts into documents. No Django."""
