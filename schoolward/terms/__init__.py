"""Words every storey shares: money, years, identifiers, codes, the calendar and errors.

Imports nothing of Schoolward. Standard library only, but for `holidays` in `calendar.py`.
"""
