"""Addresses of the API: its operations, each behind the door, and its description in OpenAPI."""

from __future__ import annotations

import json
from functools import cache

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, include, path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.operation import Operation

from schoolward.apps.accounts.access import Access, public
from schoolward.web.api import concern, judgements, schools
from schoolward.web.api.door import READING, Session, Token, guarded, only_reading
from schoolward.web.api.problems import READ_DESCRIPTION, problem, tell_of_errors

PREFIX = "/api/v1/"
ABOUT = (
    "What an authority's school improvement service knows of its schools, for programs. Every answer is what "
    "your role could see on the pages. A missing figure is null with the reason beside it, never a zero. "
    "Dates are ISO, shares are 0 to 1, percentages are in points, money is integer pence."
)


class Api(NinjaAPI):
    """Operations are known by their own names, in the description and in addresses."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = Api(
    title="Schoolward",
    version="1",
    description=ABOUT,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api-1",
    auth=[Token(), Session()],
)
tell_of_errors(api)
routers = (schools.router, judgements.router, concern.router)
for router in routers:
    api.add_router("", router)


@cache
def description() -> dict:
    """What the API can be asked, in OpenAPI 3.1."""
    return json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX)))  # with text for every key


@csrf_exempt
@public("a description holds no data")
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of every operation."""
    return JsonResponse(description()) if request.method in READING else only_reading(request)


@csrf_exempt
@public("an address that is not there is nobody's")
def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Says that no operation is there, in the form in which programs read errors."""
    if request.method not in READING:
        return only_reading(request)
    return problem(404, "There is nothing at this address.", where=request.path, do=READ_DESCRIPTION)


def _marks() -> dict[str, Access]:
    """The mark of each operation by its name; one without a mark stops the site from starting."""
    views = [view for router in routers for view in router.path_operations.values()]
    functions = [operation.view_func for view in views for operation in view.operations]
    marks = {function.__name__: function.access for function in functions}
    assert len(marks) == len(views) == len(functions), "one operation an address, each with its own name"
    return marks


def _parameters() -> dict[str, set[str]]:
    """The names that each operation can be asked with."""
    told = (path["get"] for path in description()["paths"].values())
    return {
        one["operationId"]: {each["name"] for each in one["parameters"] if each["in"] == "query"}
        for one in told
    }


def _behind_the_door(pattern: URLPattern) -> URLPattern:
    name = pattern.name
    return path(str(pattern.pattern), guarded(pattern.callback, marks[name], parameters[name]), name=name)


operations, app_name, namespace = api.urls
marks, parameters = _marks(), _parameters()
patterns = [_behind_the_door(pattern) for pattern in operations if pattern.name in marks]
patterns += [
    path("openapi.json", openapi, name="openapi"),
    path("", nothing, name="api-root"),
    path("<path:rest>", nothing, name="nothing"),
]
urlpatterns = [path(PREFIX.removeprefix("/"), include((patterns, app_name), namespace=namespace))]
