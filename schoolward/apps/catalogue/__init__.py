"""What schools may buy: service lines, who would come, prices and terms by date; and what a school earmarks.

Survey, trading and demand all speak of these; this app knows of none of them. It must never show a provider a
rival's price, nor let a price depend on which school asks, beyond the arithmetic that is printed for all.
"""
