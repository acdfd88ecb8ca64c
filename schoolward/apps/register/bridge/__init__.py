"""The store's register as the database keeps it, and its editions compared; needs no Django."""

from schoolward.apps.register.bridge.registers import NOTHING, Register, edition_of, read_register

__all__ = ["NOTHING", "Register", "edition_of", "read_register"]
