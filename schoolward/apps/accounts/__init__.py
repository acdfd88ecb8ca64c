"""Who people are, which roles they hold where and when, and what each role may do.

A person is not a role: one person may head two schools. This app must never decide by a person's name or
e-mail, only by a membership in force today.
"""
