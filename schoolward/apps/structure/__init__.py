"""The establishment as it is and as it might be: posts, the money behind them, and what can be afforded.

A structure is kept as versions and never overwritten; what was computed from one names it. This app must
never show who holds a post to anybody but those who model structures.
"""
