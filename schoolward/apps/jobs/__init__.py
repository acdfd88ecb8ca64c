"""Work in the background: asked for in the caller's transaction, run once, taken back when its worker dies.

A job is text without foreign keys, so that it outlives what it worked on. The library below (django.tasks)
only rings the bell: whether a job runs, and how often, is decided by one conditional UPDATE on our own row.
This app must never let two workers run one job, nor leave a job running that nobody runs.
"""
