"""The site as a WSGI application."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "schoolward.web.settings")
application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # every page is loaded here, not by whoever asks first
