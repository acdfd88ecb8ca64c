"""Schoolward: the system on which a local authority runs its school improvement service."""

__version__ = "0.1.0"
