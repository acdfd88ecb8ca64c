"""The template environment: what every page can say."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined, Undefined
from jinja2.loaders import ChoiceLoader
from jinja2.utils import missing

from schoolward import __version__
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.catalogue.states import PER_UNIT
from schoolward.apps.survey.answers import typed, written
from schoolward.apps.survey.deadline import due_words
from schoolward.apps.tenancy import clock
from schoolward.terms import calendar, codes, money
from schoolward.terms.phases import phase_in_words
from schoolward.web.formats import fte, number, percent_points, plural, share, signed, when
from schoolward.web.messages import messages_of
from schoolward.web.navigation import menu_for


class CarefulUndefined(Undefined):
    """Raises for a name the page was not given, but lets an optional key of a dictionary be absent.

    The GOV.UK macros ask for optional keys all the time; a misspelt variable of ours must not print as
    nothing.
    """

    def __new__(cls, hint=None, obj=missing, name=None, *args, **kwargs):
        lenient = isinstance(obj, dict) or (obj is missing and name in {"caller"})
        made = object.__new__(cls if lenient else StrictUndefined)
        if not lenient:
            made.__init__(hint, obj, name, *args, **kwargs)
        return made


@lru_cache(maxsize=512)
def _fixed_url(name: str) -> str:
    return reverse(name)


def url(name: str, *args, **kwargs) -> str:
    """The address of a page by its name; those without arguments are worked out once."""
    return reverse(name, args=args, kwargs=kwargs) if args or kwargs else _fixed_url(name)


def environment(**options) -> Environment:
    """Our templates first, then the GOV.UK components under `govuk_frontend_jinja/`."""
    folder = FileSystemLoader(settings.BASE / "templates")
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    options |= {"loader": ChoiceLoader([folder, govuk]), "undefined": CarefulUndefined, "autoescape": True}
    options |= {"trim_blocks": True, "lstrip_blocks": True, "auto_reload": False}
    made = Environment(**options)  # noqa: S701 (autoescape is on, two lines up)
    made.globals.update(
        url=url,
        static=lru_cache(maxsize=256)(static),
        today=clock.today,
        Permission=Permission,
        demonstration=settings.SCHOOLWARD_DEMONSTRATION,
        meaning=codes.meaning,
        messages_of=messages_of,
        menu_for=menu_for,
        version=__version__,
    )
    made.filters.update(
        day=calendar.format_day,
        ago=lambda day: calendar.format_relative(day, clock.today()),
        when=when,
        iso_day=lambda text: calendar.format_day(date.fromisoformat(text)),
        pounds=lambda pence: money.format_pounds(pence, pence=False),
        pounds_and_pence=money.format_pounds,
        number=number,
        fte=fte,
        signed=signed,
        percent_points=percent_points,
        share=share,
        plural=plural,
        phase=phase_in_words,
        lower_first=lambda text: text[:1].lower() + text[1:],
        due=lambda moment: due_words(moment, clock.today()),
        per_unit=lambda unit: PER_UNIT.get(unit, f"a {unit}"),
        price_in_words=lambda pence: money.format_pounds(pence, pence=pence % 100 != 0),
        typed_answer=lambda value, question: typed(question, value),
        answer_in_words=lambda value, question: written(question, value),
    )
    return made
