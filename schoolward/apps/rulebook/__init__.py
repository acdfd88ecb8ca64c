"""The dated rules, for people to read: which was in force when, what it says, where that was read.

Rules are data in the code's own tree and are never edited here. This app must never hide that a value is
unverified.
"""
