"""The floor standards of 2016 to 2018 row by row in plain Python: dull, and written without the rulebook."""


def ks2(row: dict) -> str:
    """The status of one primary school's figures under the standard of 2016 to 2018."""
    if row["state_funded"] is False or row["mainstream"] is False:
        return "excluded"
    if row["cohort"] is not None and row["cohort"] < 11:
        return "excluded"
    for subject in ("read", "writ", "maths"):
        coverage = row[f"coverage_{subject}_pct"]
        if (coverage is not None and coverage < 50) or row[f"prog_{subject}_code"] == "LOWCOV":
            return "excluded"
    if row["state_funded"] is None or row["mainstream"] is None or row["cohort"] is None:
        return "unknown"
    for subject in ("read", "writ", "maths"):
        carried = row[f"coverage_{subject}_pct_code"] != "not carried"
        if carried and row[f"coverage_{subject}_pct"] is None:
            return "unknown"
    figures = [row["exp_rwm_pct"], row["prog_read"], row["prog_writ"], row["prog_maths"]]
    if None in figures:
        return "unknown"
    attained, read, writ, maths = figures
    return "below" if attained < 65 and (read < -5 or writ < -7 or maths < -5) else "not_below"


def ks4(row: dict) -> str:
    """The status of one secondary school's figures under the standard of 2016 to 2018."""
    if (
        row["state_funded"] is False
        or row["mainstream"] is False
        or row["school_type"] in ("UTC", "SS", "FESI")
    ):
        return "excluded"
    if row["cohort"] is not None and row["cohort"] < 6:
        return "excluded"
    if (row["coverage_pct"] is not None and row["coverage_pct"] < 50) or row["p8_code"] == "LOWCOV":
        return "excluded"
    needed = ("state_funded", "mainstream", "school_type", "cohort", "coverage_pct", "p8", "p8_upper_ci")
    if any(row[name] is None for name in needed):
        return "unknown"
    return "below" if row["p8"] < -0.5 and row["p8_upper_ci"] < 0 else "not_below"
