"""Which schools cause concern, and every school's category: what is proposed, what people decide.

A proposal is worked out and kept; a decision is a person's, with a reason and a day to look again, and is
never overwritten. This app must never let a proposal stand as a decision, nor show either to another school.
"""
