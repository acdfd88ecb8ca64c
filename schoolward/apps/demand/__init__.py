"""What schools will buy: evidence gathered, the fit run in the background, results kept as runs.

This app must never show a plausible number where the model refused, nor overwrite a run.
"""
