"""Sending: by e-mail, by GOV.UK Notify and on paper, each message once, with a log of every attempt.

What was being sent when its worker died may have gone or not. This app must never send it again by itself,
unless the other side can be asked and certainly did not take it: else such a message is unsure, and a person
decides.
"""
