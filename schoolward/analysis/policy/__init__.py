"""Standards worked out on schools' figures: floor, coasting, inspection scales, intervention.

Everything here is given its rule and its figures; nothing is read from a disk or a clock. A figure that a
threshold needs and that is missing gives `unknown`, even where the other conditions would decide.
"""
