"""Building the catalogue: a line added or changed, a new price from a day, a line withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from statistics import median_low

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.catalogue import actions, pricing, queries
from schoolward.apps.catalogue.details import LineDetails, PriceDetails
from schoolward.apps.catalogue.holding import details_of, parts_of
from schoolward.apps.catalogue.models import OfferedPerson, Price, Provider, ServiceCategory, ServiceLine
from schoolward.apps.catalogue.pricing import ANY_PHASE, PHASES, Part, PartKind
from schoolward.apps.catalogue.states import (
    AUDIENCE_WORDS,
    CONTRACT_WORDS,
    UNIT_WORDS,
    USUAL_CONTRACT,
    VAT_WORDS,
    Audience,
)
from schoolward.apps.register.queries import schools_of
from schoolward.apps.tenancy import clock
from schoolward.terms.calendar import format_day
from schoolward.terms.errors import BadInput, NotEnoughData, NotNow
from schoolward.web.forms import Answers
from schoolward.web.messages import say
from schoolward.web.pages.catalogue import line_of

BANDS, LEVELS = 6, 5


@requires(P.MANAGE_CATALOGUE)
def new_line(request: HttpRequest) -> HttpResponse:
    """The form of a new line."""
    return _line_form(request, None)


@requires(P.MANAGE_CATALOGUE)
def change_line(request: HttpRequest, key: str) -> HttpResponse:
    """The form of a line there is; its key stays."""
    return _line_form(request, line_of(request, key))


def _line_form(request: HttpRequest, line: ServiceLine | None) -> HttpResponse:
    answers = Answers(request.POST)
    held = details_of(line) if line else None
    if request.method == "POST":
        details = _line(answers, held)
        if not answers.errors and _taken(answers, held, details):
            return redirect("service", _save(request, details))
    page = {
        "line": line,
        "value": _values(request, held),
        "chosen": request.POST.getlist("people") if request.method == "POST" else held.people if held else (),
        "errors": answers.errors,
        "categories": [(c.key, c.name) for c in ServiceCategory.objects.all()],
        "providers": [(p.key, p.name) for p in Provider.objects.all()],
        "people": [(p.key, f"{p.name}, {p.job_title}") for p in OfferedPerson.objects.all()],
        "units": list(UNIT_WORDS.items()),
        "vats": list(VAT_WORDS.items()),
    }
    return render(request, "catalogue/line.html", page, status=400 if answers.errors else 200)


def _line(answers: Answers, held: LineDetails | None) -> LineDetails:
    """What the form says; what it does not ask stays as held."""
    sold_from = answers.day("sold_from", "Give the first day on which it is sold.")
    position = answers.whole("position") or 0
    return LineDetails(
        key=held.key if held else answers.text("key", "Give a key."),
        name=answers.text("name", "Give a name."),
        category=answers.text("category"),
        provider=answers.text("provider"),
        description=_one_line(answers.text("description", "Say what it is.")),
        free_part=_one_line(answers.text("free_part")),
        charged_part=_one_line(answers.text("charged_part", "Say what the price buys.")),
        unit=answers.choice("unit", UNIT_WORDS, "Choose what one of it is."),
        days_per_unit=answers.number("days_per_unit"),
        sold_from=sold_from or clock.today(),
        people=tuple(sorted(set(answers.sent.getlist("people")))),
        vat=answers.choice("vat", VAT_WORDS),
        position=position,
        sold_until=held.sold_until if held else None,
        withdrawn_because=held.withdrawn_because if held else "",
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _taken(answers: Answers, held: LineDetails | None, details: LineDetails) -> bool:
    """False, with a note, where a new line has the key of another."""
    if held is None and ServiceLine.objects.filter(key=details.key).exists():
        answers.errors["key"] = f"There is a line '{details.key}' already. Give another key."
    return not answers.errors


def _save(request: HttpRequest, details: LineDetails) -> str:
    line = actions.set_line(by=request.acting, details=details)
    say(request, f"{line.name} is saved.")
    return line.key


def _values(request: HttpRequest, held: object | None) -> dict:
    """What stands in the form: what was sent, else what is held, else nothing."""
    if request.method == "POST":
        return request.POST.dict()
    return {name: _shown(value) for name, value in vars(held).items()} if held else {}


def _shown(value: object) -> object:
    """Days as words, numbers without needless noughts; nothing for None."""
    if value is None:
        return ""
    if hasattr(value, "strftime"):
        return format_day(value)
    return f"{value.normalize():f}" if hasattr(value, "normalize") else value


@requires(P.MANAGE_CATALOGUE)
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Asks for the last day of sale and the reason."""
    line, answers = line_of(request, key), Answers(request.POST)
    if request.method == "POST":
        until = answers.day("sold_until", "Give the last day of sale.")
        because = answers.text("withdrawn_because", "Say why, in a sentence.")
        if until and because:
            try:
                actions.withdraw_line(by=request.acting, line=line, until=until, because=because)
                say(request, f"{line.name} is sold until {format_day(until)}.")
                return redirect("service", line.key)
            except (BadInput, NotNow) as error:
                answers.errors[error.where or "sold_until"] = f"{error.what} {error.do}".strip()
    page = {"line": line, "sent": request.POST, "errors": answers.errors}
    return render(request, "catalogue/withdraw.html", page, status=400 if answers.errors else 200)


@requires(P.MANAGE_CATALOGUE)
def new_price(request: HttpRequest, key: str) -> HttpResponse:
    """A price from a day: filled in, then checked against what every school would pay, then set."""
    line, answers = line_of(request, key), Answers(request.POST)
    details, effect = None, None
    if request.method == "POST":
        try:
            details = _price(answers, line)
            if not answers.errors:
                effect = _effect(request, line, details)
        except (BadInput, NotEnoughData) as error:
            where = "kind" if (getattr(error, "where", "") or "parts") == "parts" else error.where
            answers.errors[where] = f"{error.what} {error.do}".strip()
        if effect and request.POST.get("step") == "set":
            price = actions.set_price(by=request.acting, details=details)
            say(request, f"The price of {line.name} from {format_day(price.starts_on)} is set.")
            return redirect("service", line.key)
    page = {
        "line": line,
        "value": request.POST.dict() if request.method == "POST" else _price_values(request, line),
        "errors": answers.errors,
        "audiences": list(AUDIENCE_WORDS.items()),
        "contracts": list(CONTRACT_WORDS.items()),
        "phases": [
            (phase, "Any phase" if phase == ANY_PHASE else phase.capitalize())
            for phase in (ANY_PHASE, *PHASES)
        ],
        "bands": range(BANDS),
        "levels": range(LEVELS),
        "details": details,
        "effect": effect if effect and request.POST.get("step") != "change" else None,
        "raised_price": pricing.raised_price,
        "audience_words": AUDIENCE_WORDS,
    }
    return render(request, "catalogue/price.html", page, status=400 if answers.errors else 200)


def _price(answers: Answers, line: ServiceLine) -> PriceDetails:
    starts_on = answers.day("starts_on", "Give the day from which it holds.")
    details = PriceDetails(
        line=line.key,
        audience=answers.choice("audience", AUDIENCE_WORDS, "Choose for whom it is."),
        contract_year=answers.choice("contract_year", CONTRACT_WORDS, "Choose the contract year."),
        starts_on=starts_on or clock.today(),
        is_firm=answers.choice("is_firm", ("yes", "no"), "Choose whether it is firm.") == "yes",
        parts=tuple(_parts(answers)),
        list_price_pence=answers.pounds("printed"),
    )
    if answers.errors:
        return details
    parts = pricing.check_parts(details.parts)
    actions.checks.check_details(details)
    actions.checks.check_starts(line, details.starts_on)
    printed = details.list_price_pence or pricing.list_price(parts)
    return replace(details, parts=parts, list_price_pence=printed)


def _parts(answers: Answers) -> Iterator[Part]:
    kind = answers.choice("kind", ("flat", "per pupil", "band", "level"), "Choose what the price hangs on.")
    flat = answers.pounds("flat")
    if flat is not None:
        yield Part(PartKind.FLAT, flat)
    match kind:
        case "per pupil":
            for phase in (ANY_PHASE, *PHASES):
                rate = answers.pounds(f"pupil-{phase}")
                if rate is not None:
                    yield Part(PartKind.PER_PUPIL, rate, phase=phase)
        case "band":
            for n in range(BANDS):
                most, price = answers.whole(f"band-{n}-most"), answers.pounds(f"band-{n}-price")
                if price is not None:
                    yield Part(PartKind.BAND, price, most_pupils=most)
                elif most is not None:
                    answers.errors[f"band-{n}-price"] = f"Give the price up to {most} pupils."
        case "level":
            for n in range(LEVELS):
                name, price = answers.text(f"level-{n}-name"), answers.pounds(f"level-{n}-price")
                if price is not None:
                    includes = answers.text(f"level-{n}-includes")
                    yield Part(PartKind.LEVEL, price, level=name, includes=includes)
                elif name:
                    answers.errors[f"level-{n}-price"] = f"Give the price of {name}."


def _effect(request: HttpRequest, line: ServiceLine, details: PriceDetails) -> dict:
    """What the schools of that kind would pay: the lowest, the middle and the highest, before and after."""
    audience = Audience(details.audience)
    before = queries.price_for(line, audience, details.starts_on)
    old_parts = parts_of(before) if before else ()
    now, then, unknown = [], [], 0
    for school in schools_of(request.acting.authority_code, open_only=True):
        if queries.audience_of(school, request.acting.authority_code) != audience:
            continue
        try:
            then.append(pricing.quote(details.parts, queries.buyer_of(school)).price_pence)
            if old_parts:
                now.append(pricing.quote(old_parts, queries.buyer_of(school)).price_pence)
        except NotEnoughData:
            unknown += 1
    return {
        "before": before,
        "now": _spread(now),
        "then": _spread(then),
        "unknown": unknown,
        "schools": len(then),
    }


def _spread(prices_pence: list[int]) -> tuple[int, int, int] | None:
    return (min(prices_pence), median_low(prices_pence), max(prices_pence)) if prices_pence else None


def _price_values(request: HttpRequest, line: ServiceLine) -> dict:
    """The form filled with the price in force for the kind of school asked for, to be changed."""
    asked = request.GET.get("for", "")
    audience = Audience(asked) if asked in AUDIENCE_WORDS else Audience.MAINTAINED
    values = {"audience": audience.value, "contract_year": USUAL_CONTRACT[audience].value, "kind": "flat"}
    rows = queries.standing_prices().filter(line=line, audience=audience).prefetch_related("parts")
    price = rows.first()
    return values if price is None else values | _filled(price)


def _filled(price: Price) -> dict:
    values = {"contract_year": price.contract_year}
    counts = {PartKind.BAND: 0, PartKind.LEVEL: 0}
    for part in parts_of(price):
        pounds = f"{part.price_pence / 100:.2f}"
        n = counts.get(part.kind, 0)
        match part.kind:
            case PartKind.FLAT:
                values["flat"] = pounds
            case PartKind.PER_PUPIL:
                values[f"pupil-{part.phase}"] = pounds
            case PartKind.BAND:
                values |= {f"band-{n}-most": part.most_pupils or "", f"band-{n}-price": pounds}
            case PartKind.LEVEL:
                values |= {f"level-{n}-name": part.level, f"level-{n}-price": pounds}
                values[f"level-{n}-includes"] = part.includes
        if part.kind != PartKind.FLAT:
            values["kind"] = part.kind.value
            counts[part.kind] = n + 1
    return {"kind": "flat"} | values
