"""Inspections and their outcomes."""
