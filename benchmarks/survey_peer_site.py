"""A site of django-survey-and-report, which Schoolward's form page and submit are measured against.

It runs in the environment that survey_peer.py makes for it, never in the project's own. As a script it makes
the database and prints the session keys of people who are signed in; gunicorn serves `application`. All of it
is invented.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta

import django
from django.conf import settings
from django.urls import include, path

QUESTIONS, CHOICES = 10, "The council, Elsewhere, Not needed"
CSRF = "abcdefghijklmnopqrstuvwxyz012345"
MIDDLEWARE = (
    "security.SecurityMiddleware",
    "csp.ContentSecurityPolicyMiddleware",
    "common.CommonMiddleware",
    "csrf.CsrfViewMiddleware",
    "clickjacking.XFrameOptionsMiddleware",
)
PROCESSORS = ("template.context_processors.request", "contrib.auth.context_processors.auth")

settings.configure(
    SECRET_KEY="only for a benchmark",  # noqa: S106 (a site of invented people, gone after the run)
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        *(
            f"django.contrib.{name}"
            for name in ("auth", "contenttypes", "sessions", "messages", "staticfiles")
        ),
        "survey",
    ],
    MIDDLEWARE=[
        *(f"django.middleware.{name}" for name in MIDDLEWARE[:2]),
        "django.contrib.sessions.middleware.SessionMiddleware",
        *(f"django.middleware.{name}" for name in MIDDLEWARE[2:4]),
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        f"django.middleware.{MIDDLEWARE[4]}",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    *(f"django.{name}" for name in PROCESSORS),
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ["PEER_DATABASE"],
            "USER": "schoolward",
            "HOST": os.environ["PEER_HOST"],
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    },
    USE_TZ=True,
    STATIC_URL="/static/",
    CHOICES_SEPARATOR=",",
    USER_DID_NOT_ANSWER="Left blank",
    DEFAULT_SURVEY_PUBLISHING_DURATION=7,
    LOGGING_CONFIG=None,
)
django.setup()  # before the peer's addresses, which import its models
urlpatterns = [
    path("survey/", include("survey.urls")),
    path("accounts/", include("django.contrib.auth.urls")),
]


def build(people: int) -> dict:
    """A survey of ten questions on one page; the session keys of people who are signed in."""
    from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.core.management import call_command
    from django.utils.timezone import now
    from survey.models import Question, Survey

    call_command("migrate", verbosity=0)
    asked = Survey.objects.create(name="Crowd", description="A crowd.", need_logged_user=True)
    questions = [
        Question.objects.create(
            text=f"Service {n}: where from?",
            order=n,
            required=False,
            survey=asked,
            type=Question.RADIO,
            choices=CHOICES,
        )
        for n in range(QUESTIONS)
    ]
    users = User.objects.bulk_create(User(username=f"person{n}", password="!") for n in range(people))  # noqa: S106 (no password at all)
    store, rows = SessionStore(), []
    for n, user in enumerate(users):
        said = {SESSION_KEY: str(user.pk), HASH_SESSION_KEY: user.get_session_auth_hash()}
        said["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
        ends = now() + timedelta(hours=6)
        rows.append(Session(session_key=f"peer{n:028d}", session_data=store.encode(said), expire_date=ends))
    Session.objects.bulk_create(rows)
    return {
        "survey": asked.pk,
        "questions": [question.pk for question in questions],
        "sessions": [row.session_key for row in rows],
    }


if __name__ == "__main__":
    print(json.dumps(build(int(sys.argv[1]))))
else:
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
