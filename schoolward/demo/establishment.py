"""Estuary's establishment: posts, the money behind them with a grant that ends, and three options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.concern import queries as concern
from schoolward.apps.concern.runs import work_out
from schoolward.apps.concern.states import Status
from schoolward.apps.structure import actions, bridge, queries, running, runs
from schoolward.apps.structure.models import Structure
from schoolward.apps.structure.states import Kind
from schoolward.apps.tenancy import clock
from schoolward.demo.dice import dice
from schoolward.demo.names import name_for
from schoolward.demo.published import SEED
from schoolward.terms.years import financial_year_end

FILES = Path(__file__).parent / "spreadsheets"
GRANT, FORUM, BASE, PLUS = (
    "School improvement grant",
    "De-delegated by schools forum",
    "Base budget",
    "Pupil premium plus, kept centrally",
)
# line, kind, pounds a year, whether it ends with the financial year
LINES = (
    (BASE, "base", 765_000, False),
    (GRANT, "grant", 318_400, True),
    (FORUM, "dedelegation", 236_306, False),
    (PLUS, "grant", 94_500, False),
)
# activity, line, post, pounds a year, at schools causing concern alone
WORK = (
    ("Challenge of schools causing concern", GRANT, "senior-adviser", 94_042.48, True),
    ("Challenge of schools causing concern", GRANT, "adviser", 162_672.76, True),
    ("Profiles of every school", GRANT, "data-analyst", 41_920, False),
    ("Leading the unit", BASE, "head-improvement", 111_838.37, False),
    ("Challenge of schools causing concern", BASE, "senior-adviser", 94_042.48, True),
    ("Yearly conversation with every school", FORUM, "adviser", 122_004.57, False),
    ("Advice for assessments of need", BASE, "senior-psychologist", 73_440, False),
    ("Advice for assessments of need", BASE, "psychologist", 125_760, False),
    ("Advice before exclusion", BASE, "inclusion-lead", 48_801.83, False),
    ("Advice before exclusion", FORUM, "outreach-teacher", 32_100, False),
    ("Prosecutions and penalty notices", BASE, "attendance-officer", 43_100, False),
    ("Authority governors", BASE, "head-governors", 12_300, False),
    ("Looked-after children's plans", BASE, "virtual-head", 18_808.50, False),
    ("Looked-after children's plans", PLUS, "virtual-caseworker", 71_400, False),
)
# name, what it tries, post to (core, traded)
OPTIONS = (
    (
        "Hold what we have",
        "Keeps every post, and has the base budget make up for the grant.",
        {"virtual-head": ("0.5", "0")},
    ),
    (
        "Small core, larger arm",
        "Advisers leave the core for the arm; consultants and clerks are sold harder.",
        {
            "senior-adviser": ("1", "0"),
            "adviser": ("2", "1.6"),
            "maths-consultant": ("0", "0.9"),
            "english-consultant": ("0", "0.9"),
            "clerk": ("0", "2.5"),
            "virtual-head": ("0.5", "0"),
            "virtual-caseworker": ("2", "0"),
        },
    ),
    (
        "Core first",
        "People go to the duties that are short of them: psychology, attendance, looked-after children. The "
        "arm keeps what pays for itself.",
        {
            "senior-adviser": ("1", "0"),
            "adviser": ("2.2", "0.8"),
            "maths-consultant": ("0", "0.5"),
            "english-consultant": ("0", "0.5"),
            "outreach-teacher": ("0.7", "0.8"),
            "psychologist": ("2.3", "0.4"),
            "attendance-officer": ("1.5", "1"),
            "hr-adviser": ("0", "0.5"),
            "virtual-head": ("0.5", "0"),
            "virtual-caseworker": ("2.5", "0"),
        },
    ),
)
OWN_PENSION_RATE = "0.212"
POINT_PAY_POUNDS = {"Soulbury 30": 82664, "Soulbury 20": 69598, "Soulbury 16": 64639}
POINT_PAY_POUNDS |= {"Soulbury 13": 60269, "Soulbury 8": 52761}


def draw_establishment(members: Sequence[Membership], *, by: Acting) -> None:
    """Today's structure from spreadsheets, who holds its posts, three options, and one tranche settled."""
    first_day = clock.today()
    officers = {m.role: Acting.of(m) for m in members if m.role in ("director", "finance_officer", "hr_lead")}
    with clock.frozen_at(first_day - timedelta(days=40)):
        today = _draw_today(officers["hr_lead"])
        _give_money(officers["finance_officer"], today)
        _record_holders(officers["hr_lead"], today)
    with clock.frozen_at(first_day - timedelta(days=12)):
        for name, because, changes in OPTIONS:
            _draw_option(officers["director"], today, name, because, changes)
    _settle(officers["director"])
    values = runs.settings_now() | {
        "surplus_share_to_core": 0.1,
        "corridor_enforced": True,
        "days_concern": 40.0,
        "days_watch": 20.0,
    }
    running.set_plan_settings(
        by=officers["finance_officer"],
        values=values,
        because="The cabinet keeps prices inside the corridor and lets a tenth of a surplus help the core; a "
        "school causing concern took 40 days last year",
    )


def _draw_today(by: Acting) -> Structure:
    nothing = bridge.Establishment(pensions={"local_government": OWN_PENSION_RATE})
    version = actions.draw_structure(
        by=by, name="Today", kind=Kind.TODAY, content=nothing, because="The service as it is"
    )
    files = [(name, (FILES / name).read_bytes()) for name in ("posts.csv", "duties.csv")]
    upload, _, _ = actions.upload_files(by=by, structure=version.structure, files=files)
    actions.apply_upload(by=by, upload=upload)
    return version.structure


def _give_money(by: Acting, today: Structure) -> None:
    """Funding and activities, as finance sends them; the schools are those causing concern that day."""
    year_end = date(financial_year_end(clock.today()), 3, 31)
    lines = ["line,kind,amount_pounds,from,to"]
    lines += [f'"{name}",{kind},{pounds},,{year_end if ends else ""}' for name, kind, pounds, ends in LINES]
    urns = ";".join(str(urn) for urn in _causing_concern(by))
    work = ["activity,line,post,amount_pounds,urns"]
    work += [
        f'"{what}","{line}",{post},{pounds},{urns if named else ""}'
        for what, line, post, pounds, named in WORK
    ]
    files = [("funding.csv", "\n".join(lines).encode()), ("activities.csv", "\n".join(work).encode())]
    upload, _, _ = actions.upload_files(by=by, structure=today, files=files)
    actions.apply_upload(by=by, upload=upload)


def _causing_concern(by: Acting) -> list[int]:
    standings = concern.standings_of(work_out(by.authority, clock.today()))
    return [each.urn for each in standings if each.stands == Status.CONCERN]


def _record_holders(by: Acting, today: Structure) -> None:
    """Invented holders for every post; of one, length of service is not known yet."""
    for post in queries.drawn(queries.newest(today)).establishment.posts:
        left, n = post.current_fte, 0
        while left > 0:
            fte, throw = min(left, Decimal(1)), dice(SEED, "holder", post.post, n)
            pay = POINT_PAY_POUNDS.get(post.grade, post.annual_cost_pence // 128)
            service = int(throw.integers(1, 24))
            actions.record_holder(
                by=by,
                post=post.post,
                name=name_for(SEED, "holder", post.post, n).full,
                fte=fte,
                annual_pay_pence=int(pay * 100 * fte),
                age_years=int(throw.integers(29, 62)),
                service_years=None if (post.post, n) == ("clerk", 1) else service,
            )
            left, n = left - fte, n + 1


def _draw_option(
    by: Acting, today: Structure, name: str, because: str, changes: dict[str, tuple[str, str]]
) -> None:
    base = queries.drawn(queries.newest(today)).establishment
    posts = tuple(_changed(post, changes) for post in base.posts)
    actions.draw_structure(
        by=by, name=name, kind=Kind.OPTION, content=replace(base, posts=posts), because=because
    )


def _changed(post: bridge.Post, changes: dict[str, tuple[str, str]]) -> bridge.Post:
    if post.post not in changes:
        return post
    core, traded = map(Decimal, changes[post.post])
    return replace(post, core_fte=core, traded_fte=traded)


def _settle(by: Acting) -> None:
    """The virtual school can be settled now; the traded unit waits for what schools say."""
    option = Structure.objects.get(name="Hold what we have", set_aside_at=None)
    version = queries.newest(option)
    actions.settle_tranche(
        by=by,
        version=version,
        tranche="Virtual school",
        on=clock.today(),
        because="It rests on no school's purchase: the load of plans asks for half a post in every option.",
    )
    actions.put_forward(by=by, version=version)
