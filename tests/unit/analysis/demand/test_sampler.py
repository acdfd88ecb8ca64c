"""The sampler draws from the model it claims to, and comes to what another engine comes to."""

from benchmarks import demand_calibration, demand_engines


def test_unknowns_and_data_drawn_in_turn_keep_to_the_priors():
    # a wrong step shows as many standard errors; seeded, so that a failure is a change and not bad luck
    off = demand_calibration.in_turn(400, seed=3)
    assert max(abs(value) for value in off.values()) < 4, off


def test_means_are_those_of_numpyro_within_monte_carlo_error():
    apart = demand_engines.beside_kept(draws=1000)["apart_in_errors"]
    assert max(apart.values()) < 4, apart
