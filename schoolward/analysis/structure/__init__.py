"""Which posts, prices and brokered days keep every statutory duty covered and a deficit unlikely enough.

A two-stage program: posts and prices are settled before demand is known; afterwards days are given to whoever
can work them. Nothing here decides: officers compare what is worked out and a person signs.

Shapes: S scenarios, K categories of work, P posts, J services, L prices on the menu, D draws of demand,
N schools. Inside the arithmetic money is thousands of pounds; everything that leaves is whole pence.
"""
