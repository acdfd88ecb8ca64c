"""What several people write together before it counts: merged field by field, with who changed what.

Every save says which version it was written on. This app must never overwrite a change that its writer had
not seen, and must never take the same save twice.
"""
