"""What was changed, by whom, when and why: events as text, with no foreign keys, so that they outlive their objects.

This app must never be asked to change or delete an event.
"""
