"""Board papers: drafted together, every figure bound to its query, frozen, signed off, published.

This app must never change a frozen paper, nor let an exempt part out with the public one.
"""
