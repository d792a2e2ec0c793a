"""Settings of a node. What an administrator may change is in `node.toml` or the environment.

docs/administrators/settings.md describes every name read here; a test says so.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from comity.config import node

BASE = Path(__file__).resolve().parent.parent
COMITY_HOME = node.home()
NODE = node.read(COMITY_HOME)

SECRET_KEY = (
    os.environ.get("COMITY_SECRET_KEY") or NODE.get("secret_key") or secrets.token_urlsafe(48)
)  # without init: sessions end with the process
DEBUG = os.environ.get("COMITY_DEBUG") == "1"
ALLOWED_HOSTS = node.words("COMITY_HOSTS", NODE, "hosts", ["localhost", "127.0.0.1", "[::1]"])
COMITY_NAME = os.environ.get("COMITY_NAME") or NODE.get("name", "Comity")
COMITY_ADDRESS = (os.environ.get("COMITY_ADDRESS") or NODE.get("address", "http://localhost:8000")).rstrip("/")
COMITY_EMBEDDING = NODE.get("embedding", {"backend": "use"})
COMITY_CONTACT = os.environ.get("COMITY_CONTACT") or NODE.get("contact", "")
COMITY_OPERATOR = os.environ.get("COMITY_OPERATOR") or NODE.get("operator", "")
COMITY_SAMPLE = bool(NODE.get("sample", False))
COMITY_ALLOW_PRIVATE = NODE.get("allow_private_addresses") is True  # a text like "false" must not open it
SECURE = COMITY_ADDRESS.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.orcid",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "comity.records",
    "comity.members",
    "comity.standards",
    "comity.bridges",
    "comity.web",
]

MIDDLEWARE = [
    "comity.web.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "comity.web.middleware.ready",
    "comity.web.middleware.whole_paths",
    "comity.web.middleware.page_cache",
    "comity.web.limits.api_limit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "comity.web.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "comity.web.middleware.viewer",
    "comity.web.middleware.asked_day",
    "comity.web.middleware.errors",
]

ROOT_URLCONF = "comity.config.urls"
WSGI_APPLICATION = "comity.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "comity.web.context.shell",
            ],
            "builtins": ["comity.web.templatetags.comity"],
        },
    }
]

DATABASES = {"default": node.database(os.environ.get("DATABASE_URL") or NODE.get("database", ""), COMITY_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "members.Account"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "comity.members.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_USER_DISPLAY = "comity.members.queries.display_name"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reset_password": "5/h/ip"}
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{COMITY_NAME}] "
SOCIALACCOUNT_PROVIDERS = node.providers(NODE)
SOCIALACCOUNT_AUTO_SIGNUP = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_TOTP_ISSUER = COMITY_NAME

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("ar", "العربية"),
    ("en", "English"),
    ("es", "Español"),
    ("fr", "Français"),
    ("ru", "Русский"),
    ("zh-hans", "中文"),
]
LOCALE_PATHS = [BASE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("COMITY_TIMEZONE") or NODE.get("timezone", "UTC")
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"

STATIC_URL = "/static/"
STATIC_ROOT = COMITY_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "comity.web.storage.HashedStaticFiles"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = COMITY_HOME / "files"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "comity.web.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [COMITY_ADDRESS]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
USE_X_FORWARDED_HOST = False
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS = node.mail(NODE)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = NODE.get("mail", {}).get("from", f"comity@{ALLOWED_HOSTS[0]}")

# Limits on signing in are counted here, so all processes of the node have to see it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": COMITY_HOME / "cache",
    }
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("COMITY_PROXIES") or NODE.get("proxies", 0))
COMITY_API_RATE = int(os.environ.get("COMITY_API_RATE") or NODE.get("api_rate", 600))
COMITY_CORRECTIONS = int(NODE.get("corrections", 500))
COMITY_SIGNUP = NODE.get("signup", "open")
LOGGING = node.logging(debug=DEBUG)
