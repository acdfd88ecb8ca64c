"""What was changed, by whom, when and why.

Events are text, with no foreign keys, so that they outlive what they speak of.

This app must never be asked to change or delete an event.
"""
