"""What each school will buy at each price, from all that is known of it, with honest uncertainty.

One joint model of last year's purchases, the tick-list, the chances that schools state, the order forms that
are back, who stayed silent and who ordered early. It is drawn from by a blocked Gibbs sampler of our own
(`sampler`); what may be published from it is settled by `convergence`.

Shapes, throughout the package: S schools, J services, K categories, P facts about a school, N rows of a kind
of evidence, D draws, Y earlier years.
"""
