"""Every operation keeps to its own description, whatever it is asked and whoever asks; none fails."""

from copy import deepcopy

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode

from schoolward.web.api.urls import description
from schoolward.web.wsgi import application
from tests.factories.people import make_member
from tests.factories.programs import make_token

pytestmark = pytest.mark.django_db
ROLES = ("analyst", "headteacher", "staff_member")
EXAMPLES = 15

described = schemathesis.openapi.from_dict(deepcopy(description()))  # it is rewritten there
described.app = application
OPERATIONS = [result.ok() for result in described.get_all_operations()]
QUIET = list(HealthCheck)
bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=QUIET,
    derandomize=True,
)


@pytest.fixture(autouse=True)
def _one_connection():
    """The test's transaction goes on from one request to the next, as it does with Django's own client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(params=ROLES)
def headers(request, authority, today):
    member = make_member(authority, request.param, urn=900001)
    return {"Authorization": f"Bearer {make_token(member)}"}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_operation_keeps_to_its_description(operation, mode, headers):
    @bounded
    @given(case=operation.as_strategy(generation_mode=mode))
    def try_it(case: Case) -> None:
        case.call_and_validate(headers=headers)

    try_it()


def test_schools_of_the_authority_are_described_as_they_are(headers):
    """Numbers that are there: drawn at random, hardly any would be."""
    one = described["/api/v1/schools/{urn}"]["GET"]
    urns = (900001, 900002, 900003, 900009)
    answers = [one.Case(path_parameters={"urn": urn}).call_and_validate(headers=headers) for urn in urns]
    assert answers[0].status_code in (200, 403)
    assert answers[-1].status_code in (404, 403)
