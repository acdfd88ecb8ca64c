"""The survey of schools: questionnaires as data, who is asked, and one answer for each school.

Heads, chairs and business managers write one draft together, private to their school until it is sent. This
app must never show a draft or a difference to the authority, never refuse a return that arrives, and never
let a school have two answers that count.
"""
