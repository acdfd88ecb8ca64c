"""From evidence about a school to a proposed status, and how far chance could have brought it about.

Nothing here decides: a person does, and keeps the proposal beside the decision.
"""
