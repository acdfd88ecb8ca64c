"""Sending: e-mail and print, each message once, with a log of every attempt.

What was being sent when its worker died may have gone or not. This app must never send it again by itself:
such a message is unsure, and a person decides.
"""
