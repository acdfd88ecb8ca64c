"""Estuary, the fictional authority, built through the same importers and actions as a real one."""
