"""Schools and their dated facts: what the current edition of published data says, as rows.

The edition of the store is the truth and this its projection: nothing here is written by hand, and a second
projection of the same edition changes nothing. This app must never keep what an authority decided.
"""
