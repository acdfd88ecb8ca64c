"""Choices among a few ways: the arithmetic of logit models, held to published estimates.

Shapes: N choices, A ways to choose from, F facts about each way, P people, R draws of what differs between
them.
"""
