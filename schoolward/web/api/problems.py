"""What an error says: what is wrong, where, and what to do next, for whoever wrote the program that asks."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, JsonResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from pydantic import BaseModel, Field

from schoolward.terms.errors import Conflict, NotAllowed, NotEnoughData, NotNow, RulesError, SchoolwardError

STATUS = (
    (NotAllowed, 403),
    (NotEnoughData, 404),
    (RulesError, 404),  # no rule was in force on the day
    (NotNow, 409),
    (Conflict, 409),
    (SchoolwardError, 400),
)
READ_DESCRIPTION = "See the description at /api/v1/openapi.json."


class Problem(BaseModel):
    """Why there is no answer."""

    what: Annotated[str, Field(description="What is wrong, in a sentence.")]
    where: Annotated[str, Field(description="Which part of the request or of the data; may be empty.")]
    do: Annotated[str, Field(description="What to do next; may be empty.")]


ALWAYS = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 422: Problem}


def problem(status: int, what: str, *, where: str = "", do: str = "", **headers: str) -> JsonResponse:
    """The reply; `headers` are its own, with underscores for hyphens."""
    reply = JsonResponse(Problem(what=what, where=where, do=do).model_dump(), status=status)
    for name, value in headers.items():
        reply[name.replace("_", "-")] = value
    return reply


def tell_of_errors(api: NinjaAPI) -> None:
    """Let a wrong request and a wrong world be answered as problems; a defect stays a defect."""
    api.add_exception_handler(ValidationError, _misread)
    api.add_exception_handler(SchoolwardError, _refused)


def _misread(request: HttpRequest, error: ValidationError) -> JsonResponse:
    """Each part of the request that cannot be read, with the reason."""
    places = [".".join(str(part) for part in each["loc"]) for each in error.errors]
    said = [f"{place}: {each['msg']}" for place, each in zip(places, error.errors, strict=True)]
    return problem(422, "; ".join(said), where=", ".join(places), do=READ_DESCRIPTION)


def _refused(request: HttpRequest, error: SchoolwardError) -> JsonResponse:
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    return problem(status, error.what, where=error.where, do=error.do)
