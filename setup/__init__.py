"""Set-up and the two commands: standard library only, and readable by any Python from 3.8."""
