"""Whom to write to at each school: head, chair, clerk, business manager, designated teacher, trust.

Nothing is overwritten: a change ends or sets aside one row and starts another. This app must never hold what
anybody thinks of a contact or of a school; it holds names, addresses and dates.
"""
