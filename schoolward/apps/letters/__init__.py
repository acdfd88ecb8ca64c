"""Letters to schools: written from a template with named fields, frozen, signed by another, then sent.

Each recipient's words are fixed when the letter is frozen. This app must never send what nobody signed, nor
send anybody the same letter twice, nor a reminder to a school that no longer needs it.
"""
