"""Frozen letters: sign, send, stop, print; what became of every copy."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.letters import actions, audiences, checks, queries
from schoolward.apps.letters.models import FrozenLetter, Letter
from schoolward.apps.letters.states import WORDS, LetterState
from schoolward.terms.calendar import LONDON
from schoolward.web.drafting import base_version
from schoolward.web.messages import say
from schoolward.web.pages.letters import WAYS
from schoolward.web.sheets import columns_of, sheet_reply

BECAUSE = {"stop": actions.stop_letter, "withdraw": actions.withdraw_letter}
SAID = {
    "sign": "Signed. It can be sent now.",
    "send": "The letter is being sent. You can leave this page.",
    "stop": "Stopped: no further copy leaves.",
    "withdraw": "Withdrawn. The text can be changed and frozen again.",
}
COLUMNS = columns_of(
    "URN", "School", "To", "Name", "Address", "Way", "Stands", "Detail", ("Handed over", "date")
)


@requires(P.WRITE_LETTERS)
@require_POST
def freeze_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Freezes every recipient's words as they stand; refuses, with all that is missing, where any lack."""
    found = get_object_or_404(Letter.objects.select_related("authority", "signatory__person"), pk=pk)
    frozen = actions.freeze_letter(by=request.acting, letter=found, base_version=base_version(request.POST))
    say(request, f"Frozen. {frozen.signatory.person.name} signs it now.")
    return redirect("frozen_letter", frozen.pk)


@requires(P.VIEW_LETTERS)
def frozen_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """A frozen letter: who signed, the next step, and how every copy stands, troubles first."""
    frozen = _frozen(pk)
    found = queries.deliveries(frozen)
    counts = queries.tallies(found)
    show = request.GET.get("show", "")
    order = {word: n for n, word in enumerate(queries.TONES)}
    shown = [each for each in found if not show or each.word == show]
    sample = next((each.copy for each in found if each.copy.channel), None)
    page = {
        "frozen": frozen,
        "letter": frozen.letter,
        "label": audiences.label_of(frozen.audience, frozen.about),
        "state": LetterState(frozen.state),
        "words": WORDS,
        "counts": counts,
        "show": show,
        "shown": sorted(shown, key=lambda each: order[each.word]),
        "tones": queries.TONES,
        "ways": WAYS,
        "files": queries.attached(frozen),
        "sample": queries.find_copy(frozen, sample.pk) if sample else None,
        "to_print": len(queries.to_print(frozen)),
        "batches": queries.batches_of(frozen),
        "by_hand": queries.enclosed_by_hand(frozen),
        "refusals": {
            step: checks.sentence_against(check, frozen, request.acting)
            for step, check in (
                ("sign", checks.check_can_sign),
                ("send", checks.check_can_send),
                ("stop", checks.check_can_stop),
                ("withdraw", checks.check_can_withdraw),
                ("print", checks.check_can_print),
            )
        },
        "works": any(map(request.acting.may, (P.WRITE_LETTERS, P.SIGN_LETTERS, P.SEND_LETTERS))),
    }
    return render(request, "letters/frozen.html", page)


@requires(P.WRITE_LETTERS, P.SIGN_LETTERS, P.SEND_LETTERS)
@require_POST
def letter_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """The next step of a frozen letter: sign, send, stop, withdraw, or put together for the printer."""
    frozen = _frozen(pk)
    if step == "sign":
        actions.sign_letter(by=request.acting, frozen=frozen)
    elif step == "send":
        actions.send_letter(by=request.acting, frozen=frozen)
    elif step in BECAUSE:
        BECAUSE[step](by=request.acting, frozen=frozen, because=request.POST.get("because", ""))
    elif step == "print":
        batch = actions.print_letter(by=request.acting, frozen=frozen)
        say(request, f"{batch.messages.count()} letters are ready to be printed.")
        return redirect("frozen_letter", pk)
    else:
        raise Http404
    say(request, SAID[step])
    return redirect("frozen_letter", pk)


@requires(P.VIEW_LETTERS)
def letter_copies(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """What became of every copy, as CSV or Excel."""
    frozen = _frozen(pk)
    return sheet_reply(form, f"letter-{pk}", COLUMNS, map(_row, queries.deliveries(frozen)))


def _row(each: queries.Delivery) -> list:
    copy, message = each.copy, each.copy.message
    to = copy.email or copy.address.replace("\n", ", ")
    day = message.asked_at.astimezone(LONDON).date() if message else None
    way = WAYS.get(copy.channel, "")
    school = [str(copy.school.urn), copy.school.name]
    return [*school, copy.role_name, copy.name, to, way, each.word, each.detail, day]


@requires(P.VIEW_LETTERS)
def letter_copy(request: HttpRequest, pk: int, copy: int) -> HttpResponse:
    """One recipient's letter in the words that were signed."""
    frozen = _frozen(pk)
    if (found := queries.find_copy(frozen, copy)) is None:
        raise Http404
    page = {"frozen": frozen, "copy": found, "ways": WAYS, "files": queries.attached(frozen)}
    return render(request, "letters/copy.html", page)


def _frozen(pk: int) -> FrozenLetter:
    people = ("frozen_by", "signed_by", "begun_by", "signatory")
    rows = FrozenLetter.objects.select_related("letter", "authority", *(f"{who}__person" for who in people))
    return get_object_or_404(rows, pk=pk)
