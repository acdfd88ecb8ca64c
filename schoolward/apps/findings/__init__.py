"""What schools said: coded texts, tables safe to print, what was done about it, and answers as files.

This app must never print a figure that tells of too few schools, never print a sentence without its writer's
consent, and never let a suggestion stand for a person's decision.
"""
