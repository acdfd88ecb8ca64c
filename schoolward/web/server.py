"""How gunicorn serves the site: every page is loaded once, then the door opens, then each worker is a copy.

    gunicorn -c python:schoolward.web.server schoolward.web.wsgi

That is safe because loading starts no thread and opens no database, which a test holds. `schoolward serve`
has it load while the site is prepared, and wait with opening for the word.
"""

from __future__ import annotations

import os
import sys

worker_class = "gthread"
workers = min(os.cpu_count() or 1, 4)
threads = 4
preload_app = True
control_socket_disable = True
loglevel = "warning"


def collect_static() -> None:
    """Puts static files in place, which the site looks for once, when it loads."""
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "schoolward.web.settings")
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)


def on_starting(server) -> None:
    """Comes back when the site may open."""
    if HELD and not sys.stdin.read(1):
        sys.exit("The site was not prepared.")  # who should have said the word is gone
    os.environ.pop("SCHOOLWARD_HELD", None)  # one that takes this server's place need not wait


if HELD := os.environ.get("SCHOOLWARD_HELD"):
    collect_static()
