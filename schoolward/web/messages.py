"""One sentence that says what was done, shown once on the next page; kept in the session."""

from django.http import HttpRequest

KEY = "said"


def say(request: HttpRequest, sentence: str) -> None:
    """Show `sentence` at the top of the next page this person opens."""
    request.session[KEY] = [*request.session.get(KEY, []), sentence]


def messages_of(request: HttpRequest) -> list[str]:
    """What is to be shown now; it is forgotten with this."""
    if not hasattr(request, "session") or KEY not in request.session:
        return []
    return request.session.pop(KEY)
