"""Production: SECRET_KEY and ALLOWED_HOSTS are required (a system check says so), HTTPS assumed."""

import secrets

from portal.settings.base import *  # noqa: F403
from portal.settings.base import STORAGES
from portal.settings.paths import env

DEBUG = False
SECRET_KEY_IS_MISSING = not env("SECRET_KEY", default="")
# Never a known key: without one of its own every process signs with a random one, and the system check refuses.
SECRET_KEY = env("SECRET_KEY", default="") or secrets.token_urlsafe(64)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# Probes inside the machine speak plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://localhost:25")
vars().update(EMAIL_CONFIG)
# Where the proxy in front writes the caller's address (deploy/nginx.conf); limits would else count everybody as the proxy.
RATELIMIT_IP_META_KEY = env("CLIENT_ADDRESS_HEADER", default="HTTP_X_FORWARDED_FOR")
