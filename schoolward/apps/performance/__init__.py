"""What schools' published results say: standards, their working, history and trends.

It must never decide anything about a school, and never turn a missing figure into a number.
"""
