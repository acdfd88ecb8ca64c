"""Schools causing concern: what the evidence proposes, and what a person decided, both kept.

It must never decide by itself, never overwrite a decision, and never show one school's evidence to another.
"""
