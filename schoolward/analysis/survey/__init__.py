"""What a survey of schools says of all of them, those that were silent included.

Letters in shapes: N schools asked, n that answered, A answers to choose from, T texts, K themes.
"""
