"""Figures by authority, statistical neighbours and the list of authorities."""
