"""What a school's results are read against.

Letters in shapes: N schools that may be compared, W of them that similar ones are wanted for, D facts of
intake.
"""
