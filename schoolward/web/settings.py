"""Settings of the site, from the environment.

SCHOOLWARD_HOME           folder for database, published data and files
SCHOOLWARD_DATABASE       postgresql://user:password@host:port/name (default: SQLite in the home folder)
SCHOOLWARD_DEMONSTRATION  1 on the fictional authority: sign-in by choosing a person, no real e-mail
SCHOOLWARD_TODAY          the day the demonstration believes it is (refused elsewhere)
SCHOOLWARD_HOSTS          host names, separated by commas, for production
SCHOOLWARD_HTTPS          1 behind HTTPS: secure cookies and strict transport security
SCHOOLWARD_SMTP           smtp://user:password@host:port (smtps:// for TLS from the start)
SCHOOLWARD_SENDER         the address letters and invitations come from
SCHOOLWARD_NOTIFY_KEY     a key of GOV.UK Notify: e-mails then leave through it instead of SMTP
SCHOOLWARD_NOTIFY_TEMPLATE  the number of Notify's e-mail template with ((subject)) and ((body))
SCHOOLWARD_NOTIFY_POST    1 where Notify may print and post letters
SCHOOLWARD_NOTIFY_URL     where Notify is, for tests (default: the service itself)
SCHOOLWARD_ADDRESS        where people find the site, for links in letters (default: the first host)
SCHOOLWARD_CLAMAV         host:port or socket of a ClamAV daemon that scans uploads (default: own check only)
"""

import os
import secrets
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from schoolward.terms.home import schoolward_home
from schoolward.terms.later import load_when_used

# Most pages and most work need none of them, and together they are half of what a process would load.
load_when_used("numpy", "openpyxl", "polars", "pyproj", "segno", "typst")


def _flag(name: str) -> bool:
    return os.environ.get(name, "") in {"1", "true", "yes"}


BASE = Path(__file__).resolve().parent
SCHOOLWARD_HOME = schoolward_home()
SCHOOLWARD_STORE = Path(os.environ.get("SCHOOLWARD_STORE") or SCHOOLWARD_HOME / "store")
SCHOOLWARD_DEMONSTRATION = _flag("SCHOOLWARD_DEMONSTRATION")
SCHOOLWARD_TODAY = None
if _today := os.environ.get("SCHOOLWARD_TODAY"):
    if not SCHOOLWARD_DEMONSTRATION:
        raise ImproperlyConfigured("SCHOOLWARD_TODAY works only on the demonstration.")
    SCHOOLWARD_TODAY = date.fromisoformat(_today)

DEBUG = False
USE_TZ = True
TIME_ZONE = "Europe/London"
LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_THOUSAND_SEPARATOR = False


def _secret_key() -> str:
    """The key kept in the home folder, made on first use; only its owner can read it."""
    if given := os.environ.get("SCHOOLWARD_SECRET_KEY"):
        return given
    path = SCHOOLWARD_HOME / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(secrets.token_urlsafe(50))
        except FileExistsError:
            pass  # another process made it first
    return path.read_text()


SECRET_KEY = _secret_key()
HTTPS = _flag("SCHOOLWARD_HTTPS")
_hosts = [h for h in os.environ.get("SCHOOLWARD_HOSTS", "").split(",") if h]
ALLOWED_HOSTS = _hosts or ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"https://{h}" for h in _hosts] if HTTPS else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 60 * 60
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "django_tasks_db",
    *(
        f"schoolward.apps.{name}"
        for name in (
            "tenancy",
            "audit",
            "drafts",
            "jobs",
            "outbox",
            "accounts",
            "files",
            "register",
            "contacts",
            "rulebook",
            "papers",
            "performance",
            "concern",
            "letters",
            "catalogue",
            "survey",
            "findings",
            "demand",
            "structure",
        )
        if (BASE.parent / "apps" / name / "models.py").exists()
    ),
    "schoolward.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "schoolward.web.middleware.ActingMiddleware",
    "schoolward.web.middleware.RefusalMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "schoolward.web.urls"
WSGI_APPLICATION = "schoolward.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE / "templates"],
        "OPTIONS": {"environment": "schoolward.web.jinja.environment"},
    }
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE / "static"]
STATIC_ROOT = SCHOOLWARD_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "schoolward.web.staticfiles.HashedFiles"},
}


def _database() -> dict:
    if not (address := os.environ.get("SCHOOLWARD_DATABASE")):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": SCHOOLWARD_HOME / "schoolward.sqlite3",
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                # IMMEDIATE: with DEFERRED, 58% of saves that read before they wrote failed under load.
                "transaction_mode": "IMMEDIATE",
                "timeout": 5,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(address)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "SCHOOLWARD_DATABASE must look like postgresql://user:password@host:port/name."
        )
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host") or parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
LOGIN_REDIRECT_URL = "home"
OTP_TOTP_ISSUER = "Schoolward"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.5  # hours
# The name under which we give the address to authenticate(). Axes' own default is the model's field, under
# which it counted failures of nobody and locked nobody out.
AXES_USERNAME_FORM_FIELD = "username"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

DEFAULT_FROM_EMAIL = os.environ.get("SCHOOLWARD_SENDER", "schoolward@localhost")


def _mailer() -> dict:
    """The mail server; without one, and always on the demonstration, a folder that e-mails are written to."""
    address = os.environ.get("SCHOOLWARD_SMTP")
    if SCHOOLWARD_DEMONSTRATION or not address:
        folder = {"file_path": str(SCHOOLWARD_HOME / "outbox")}
        return {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": folder}
    parts = urlsplit(address)
    from_the_start = parts.scheme == "smtps"
    port = parts.port or (465 if from_the_start else 587)
    server = {
        "host": parts.hostname or "localhost",
        "port": port,
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": from_the_start,
        "use_tls": not from_the_start and port == 587,
        "timeout": 30,
    }
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": server}


MAILERS = {"default": _mailer()}
# a demonstration sends nothing, so it knows no key
SCHOOLWARD_NOTIFY_KEY = "" if SCHOOLWARD_DEMONSTRATION else os.environ.get("SCHOOLWARD_NOTIFY_KEY", "")
SCHOOLWARD_NOTIFY_TEMPLATE = os.environ.get("SCHOOLWARD_NOTIFY_TEMPLATE", "")
SCHOOLWARD_NOTIFY_POST = _flag("SCHOOLWARD_NOTIFY_POST")
SCHOOLWARD_NOTIFY_URL = os.environ.get("SCHOOLWARD_NOTIFY_URL", "https://api.notifications.service.gov.uk")
if SCHOOLWARD_NOTIFY_KEY and not SCHOOLWARD_NOTIFY_TEMPLATE:
    raise ImproperlyConfigured("SCHOOLWARD_NOTIFY_KEY needs SCHOOLWARD_NOTIFY_TEMPLATE beside it.")
SCHOOLWARD_ADDRESS = os.environ.get("SCHOOLWARD_ADDRESS") or (
    f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0]}"
)
SCHOOLWARD_CLAMAV = os.environ.get("SCHOOLWARD_CLAMAV", "")

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
