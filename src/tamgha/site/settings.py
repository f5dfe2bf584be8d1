"""Django's settings, made from the one table in `configuration`."""

import os
import sys
import tempfile
from pathlib import Path

from csp.constants import NONE, SELF

from tamgha.site import configuration, logs

_read = configuration.read_settings()

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[1]

TAMGHA_HOME: Path = _read["HOME"]  # type: ignore[assignment]  # read by its own reader
TAMGHA_DEMO = bool(_read["DEMO"])
TAMGHA_NODE = str(_read["NODE"])
TAMGHA_NODE_NAME = str(_read["NODE_NAME"])
TAMGHA_WORKER = str(_read["WORKER"])
TAMGHA_FILES = TAMGHA_HOME / "files"
TAMGHA_SETS = TAMGHA_HOME / "declarations"
TAMGHA_UPLOAD_MB = int(str(_read["UPLOAD_MB"]))
TAMGHA_LOCKOUT_FAILURES = int(str(_read["LOCKOUT_FAILURES"]))
TAMGHA_LOCKOUT_MINUTES = int(str(_read["LOCKOUT_MINUTES"]))
TAMGHA_LINK_HOURS = int(str(_read["LINK_HOURS"]))
TAMGHA_HTTPS = bool(_read["HTTPS"])
TAMGHA_METRICS_TOKEN = str(_read["METRICS_TOKEN"])

DEBUG = bool(_read["DEBUG"])
SECRET_KEY = str(_read["SECRET_KEY"]) or configuration.kept_secret(TAMGHA_HOME)
ALLOWED_HOSTS = _read["HOSTS"]

INSTALLED_APPS = [
    "tamgha.site.apps.SiteConfig",
    "tamgha.practice.control.apps.ControlConfig",
    "tamgha.practice.targeting.apps.TargetingConfig",
    "tamgha.practice.register.apps.RegisterConfig",
    "tamgha.platform.tables.apps.TablesConfig",
    "tamgha.platform.files.apps.FilesConfig",
    "tamgha.platform.jobs.apps.JobsConfig",
    "tamgha.platform.journal.apps.JournalConfig",
    "tamgha.platform.accounts.apps.AccountsConfig",
    "tamgha.platform.trust.apps.TrustConfig",
    "tamgha.platform.ui.apps.UiConfig",
    "django_cotton",
    "django_htmx",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "ninja",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "tamgha.site.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "tamgha.site.middleware.ProgramsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tamgha.platform.accounts.middleware.LoginMiddleware",
]

ROOT_URLCONF = "tamgha.site.urls"
WSGI_APPLICATION = "tamgha.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tamgha.platform.ui.context.page",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
        },
    }
]

DATABASES = {
    "default": configuration.database(
        str(_read["DATABASE_URL"]), TAMGHA_HOME, int(str(_read["CONNECTION_SECONDS"]))
    )
}
if str(DATABASES["default"]["ENGINE"]).endswith("sqlite3"):
    # Tests use a real file too: what holds in memory need not hold on a disk with its locks.
    DATABASES["default"]["TEST"] = {
        "NAME": f"{tempfile.gettempdir()}/tamgha-test-{os.getpid()}.sqlite3"
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "background": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []},
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "tamgha.platform.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]  # nobody signs up
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}  # the lock-out of accounts counts
ACCOUNT_FORMS = {
    "login": "tamgha.platform.accounts.forms.SignInForm",
    "change_password": "tamgha.platform.accounts.forms.ChangePasswordForm",
    "reauthenticate": "tamgha.platform.accounts.forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "tamgha.platform.accounts.forms.CodeForm",
    "reauthenticate": "tamgha.platform.accounts.forms.CodeAgainForm",
    "activate_totp": "tamgha.platform.accounts.forms.ActivateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tamgha"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = False

LANGUAGE_CODE = str(_read["LANGUAGE"])
LANGUAGES = [("en", "English"), ("ru", "Русский")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = str(_read["TIME_ZONE"])
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "build" / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [ROOT / "build" / "vendor"] if (ROOT / "build" / "vendor").is_dir() else []
# Collected files carry the hash of their content, are packed, and may be kept for ever. Tests and
# development read the sources instead, so that nothing stale is ever looked at.
_COLLECTED = "collectstatic" in sys.argv or (
    (STATIC_ROOT / "staticfiles.json").is_file()
    and not DEBUG
    and "PYTEST_VERSION" not in os.environ
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not _COLLECTED

FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = bool(_read["HTTPS"])
SESSION_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _read["HTTPS"] else None
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if _read["HTTPS"] else 0

LOGGING = logs.configuration(
    shape=str(_read["LOG"]),
    level=str(_read["LOG_LEVEL"]),
    with_texts=DEBUG or bool(_read["LOG_FAULT_TEXTS"]),
)
