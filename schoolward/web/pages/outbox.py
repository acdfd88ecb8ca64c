"""What was sent, what was not, and what somebody must decide; letters to be printed and posted.

The log shows to whom and about what, never the words: they may hold what only some may read.
"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.outbox import actions, queries
from schoolward.apps.outbox.models import Message, PrintBatch
from schoolward.apps.outbox.printing import batch_pdf
from schoolward.apps.outbox.states import MOVES, State
from schoolward.terms.errors import BadInput
from schoolward.web.messages import say

PAGE_SIZE = 50
TONES = {
    "sending": "blue",
    "sent": "green",
    "delivered": "green",
    "failed": "red",
    "bounced": "red",
    "unsure": "yellow",
}
PRINT = (P.WRITE_PAPERS, P.SEND_LETTERS)
DECIDE = (*PRINT, P.MANAGE_PEOPLE)


@requires(P.VIEW_JOBS, *DECIDE)
def outbox(request: HttpRequest) -> HttpResponse:
    """The authority's messages, newest first, with every attempt; of one state where it is chosen."""
    state = request.GET.get("state", "")
    page = {
        "found": Paginator(queries.messages(state), PAGE_SIZE).get_page(request.GET.get("page")),
        "state": state,
        "tallies": queries.tallies(),
        "tones": TONES,
        "moves": {state.value: _by_decision(state) for state in State},
        "may_decide": any(map(request.acting.may, DECIDE)),
        "may_print": any(map(request.acting.may, PRINT)),
        "letters_waiting": queries.letters_waiting(),
        "batches": queries.print_batches()[:10],
    }
    return render(request, "outbox/list.html", page)


@requires(*DECIDE)
@require_POST
def decide_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Settles a message that is unsure, sends one again, withdraws one, or notes that one came back."""
    message = Message.objects.filter(pk=pk).first()
    if message is None:
        raise Http404
    decision, reason = request.POST.get("decision", ""), request.POST.get("reason", "").strip()
    if not reason:
        raise BadInput("The decision needs a reason.", do="Go back and say how you know.")
    _decide(message, decision, {"by": request.acting, "reason": reason})
    say(request, "Your decision is recorded.")
    return redirect("outbox")


@requires(*PRINT)
@require_POST
def collect_letters(request: HttpRequest) -> HttpResponse:
    """Puts every letter that waits into one batch for the printer."""
    batch = actions.collect_print_batch(by=request.acting)
    say(request, f"{batch.messages.count()} letters are ready to be printed.")
    return redirect("outbox")


@requires(*PRINT)
def letters_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The batch as one PDF."""
    batch = _find_batch(pk)
    reply = HttpResponse(batch_pdf(batch), content_type="application/pdf")
    reply["Content-Disposition"] = f'attachment; filename="letters-{batch.pk}.pdf"'
    reply["Cache-Control"] = "private, no-store"
    return reply


@requires(*PRINT)
@require_POST
def letters_posted(request: HttpRequest, pk: int) -> HttpResponse:
    """Notes that the letters of the batch were printed and posted."""
    actions.mark_posted(batch=_find_batch(pk), by=request.acting)
    say(request, "The letters are marked as posted.")
    return redirect("outbox")


def _find_batch(pk: int) -> PrintBatch:
    batch = PrintBatch.objects.select_related("authority").filter(pk=pk).first()
    if batch is None:
        raise Http404
    return batch


def _decide(message: Message, decision: str, values: dict) -> None:
    if message.state == State.UNSURE and decision in {State.SENT, State.QUEUED}:
        actions.settle_unsure(message=message, was_sent=decision == State.SENT, **values)
    elif decision == State.QUEUED:
        actions.send_again(message=message, **values)
    elif decision == State.WITHDRAWN:
        actions.withdraw_message(message=message, **values)
    elif decision == State.BOUNCED:
        actions.record_bounce(message=message, **values)
    else:
        raise BadInput("Choose what to do with the message.")


_WORDS = {
    State.SENT: "It was sent",
    State.QUEUED: "Send it again",
    State.WITHDRAWN: "Withdraw it",
    State.BOUNCED: "It came back",
}


def _by_decision(state: State) -> list[tuple[str, str]]:
    """What a person may decide about a message in this state; being sent is for the program alone."""
    if state == State.SENDING:
        return []
    return [(after.value, words) for after, words in _WORDS.items() if after in MOVES[state]]
