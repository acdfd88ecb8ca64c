"""Which authority's things these are, and what time it is.

Every tenant-owned model has an `authority` and a manager that answers only inside a scope. This app must
never guess a scope: without one it raises.
"""
