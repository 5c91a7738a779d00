"""
Settings that every installation shares.

What differs between machines comes from the environment (or from a file
`.env` beside manage.py; `.env.example` lists every name). `dev` is for a
developer's machine and for looking around, `test` for the test suite,
`production` for the public site.
"""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF

from delivery.permissions import permissions_policy
from delivery.proxies import trusted_proxies
from delivery.security_txt import security_contacts
from media_library.video_hosts import frame_sources
from newsroom.languages import LANGUAGES as LANGUAGE_TABLE
from newsroom.languages import register_languages
from newsroom.settings.caches import caches
from newsroom.settings.databases import databases
from newsroom.settings.files import local_storages, media_sources, media_url, s3_storages, storage_in_use
from newsroom.settings.front import front
from newsroom.settings.pings import indexnow_key, secure_address

BASE_DIR = Path(__file__).resolve().parents[2]

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# Where everything lives that is not code: database, originals, public media, logs.
DATA_DIR = Path(env("NEWSROOM_DATA_DIR", default=str(BASE_DIR / "var"))).resolve()

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])

# --- Applications -----------------------------------------------------------

INSTALLED_APPS = [
    "accounts",
    "publishing",
    "delivery",
    "desk",
    "media_library",
    "coalition",
    "articles",
    "search",
    "pages",
    "modeltranslation",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "desk.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_prose_editor",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "taggit",
    "tree_queries",
]

MIDDLEWARE = [
    "delivery.proxies.TrustedProxiesMiddleware",
    # Before all that may answer for a page, such as the cache of finished ones, and before 200 becomes 304.
    "delivery.middleware.ReadCountMiddleware",
    "delivery.page_cache.PageCacheMiddleware",
    "delivery.purging.PurgeTogetherMiddleware",
    "delivery.replicas.ReplicaMiddleware",
    # Before everything else that can answer: redirects, files and errors carry these headers too.
    "delivery.middleware.SafetyHeadersMiddleware",
    "delivery.middleware.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "delivery.middleware.CompressionMiddleware",
    "delivery.middleware.PublicHeadersMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "delivery.middleware.LanguageMiddleware",
    "delivery.middleware.DisplayMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.InterfaceLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.StaffSessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "delivery.middleware.ErrorPagesMiddleware",
    # Exceptions meet the last of these first: a redirect from something withdrawn goes before its 410.
    "pages.redirects.RedirectGoneMiddleware",
]

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.staff_pages",
            ],
        },
    }
]

# --- Database, jobs, caches -------------------------------------------------

DATABASES = databases(env, DATA_DIR)
# Read-only copies make readers' pages, from so many seconds after the last change on: more than they ever lag behind.
DATABASE_ROUTERS = ["delivery.replicas.ReplicaRouter"] if len(DATABASES) > 1 else []
NEWSROOM_REPLICA_LAG = env.int("NEWSROOM_REPLICA_LAG", default=10)
# After how many seconds PostgreSQL ends a statement of a request; 0: never.
NEWSROOM_STATEMENT_SECONDS = env.int("NEWSROOM_STATEMENT_SECONDS", default=30)

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# Who counts what readers read: the site itself ("here"), `manage.py count_reads` from a front server's log where that
# server answers for pages by itself ("log"), or nobody ("off").
NEWSROOM_COUNT_READS = env.str("NEWSROOM_COUNT_READS", default="here", choices=("here", "log", "off"))
# How long counts (readings, uses of redirects, missed addresses) stay in a process before they are written.
NEWSROOM_TALLY_SECONDS = 60

# What answers readers' searches: the engine of the database, or the dotted path of another. With OPENSEARCH_URL it is
# OpenSearch, and the database answers while that cannot be reached.
OPENSEARCH_URL = env.str("OPENSEARCH_URL", default="")
NEWSROOM_SEARCH_ENGINE = env.str(
    "NEWSROOM_SEARCH_ENGINE", default="search.engines.opensearch.OpenSearchEngine" if OPENSEARCH_URL else ""
)
# What the names of its indexes begin with: several sites can share a server.
NEWSROOM_OPENSEARCH_PREFIX = env.str("NEWSROOM_OPENSEARCH_PREFIX", default="newsroom")

# Finished pages are kept in each process, up to so many megabytes, and in the cache that CACHE_URL names, if it is one
# that processes share. "off" has every page made for each request.
NEWSROOM_PAGE_CACHE = env.bool("NEWSROOM_PAGE_CACHE", default=True)
NEWSROOM_PAGE_CACHE_MB = env.int("NEWSROOM_PAGE_CACHE_MB", default=64)
# By this file the processes of one machine tell one another what changed; with a shared cache they use that.
NEWSROOM_CHANGES_FILE = DATA_DIR / "run" / "changes"
# How often each process asks the database what it was not told, in seconds.
NEWSROOM_CHANGES_CHECKED_EVERY = 5

CACHES = caches(env)

# Caches in front of the site: NEWSROOM_SHARED_SECONDS is for how long any of them may keep a page that the site keeps;
# NEWSROOM_CDN_SECONDS, for how long the one that NEWSROOM_PURGE… says how to tell when something changes.
vars().update(front(env))

# --- Accounts ---------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.NewsroomBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.GuessableValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    # What older installations stored: it is replaced at the next sign-in.
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# How long a link to a new password works, in seconds, and an invitation.
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=2).total_seconds())
NEWSROOM_INVITATION_DAYS = 7
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
# Who signs in with a second factor: "privileged" (publishers and admins), "everyone", or "off" for looking around.
NEWSROOM_SECOND_FACTOR = env("NEWSROOM_SECOND_FACTOR", default="privileged")
# A session ends after so long in all, or after so long without use.
SESSION_COOKIE_AGE = int(timedelta(hours=env.int("NEWSROOM_SESSION_HOURS", default=12)).total_seconds())
NEWSROOM_SESSION_IDLE_SECONDS = int(timedelta(hours=env.int("NEWSROOM_SESSION_IDLE_HOURS", default=8)).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "pages.views.form_refused"
NEWSROOM_DEVICE_COOKIE_NAME = "known-device"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {"login": "accounts.forms.SignInForm", "reauthenticate": "accounts.forms.PasswordAgainForm"}
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
# `accounts.limits` counts, in the database: the library's own counters would be each process' own.
ACCOUNT_RATE_LIMITS = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password"]
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(timedelta(minutes=10).total_seconds())
MFA_ADAPTER = "accounts.adapter.FactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.CodeForm",
    "activate_totp": "accounts.forms.AuthenticatorAppForm",
    "add_webauthn": "accounts.forms.PasskeyForm",
    "edit_webauthn": "accounts.forms.PasskeyNameForm",
    "authenticate_webauthn": "accounts.forms.PasskeyCodeForm",
    "login_webauthn": "accounts.forms.PasskeySignInForm",
}
# A phone's clock may be half a minute off (RFC 6238, 5.2).
MFA_TOTP_TOLERANCE = 1
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey stands for both factors: the device asks for a finger, a face or a PIN.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RATE_LIMITS = False
# Codes that were asked for once are shown once.
MFA_RECOVERY_CODES_SHOW_ONCE = True

# --- E-mail -----------------------------------------------------------------

# Where the site is, for links in mails: "https://news.example.org", without a slash at the end.
NEWSROOM_SITE_URL = env("NEWSROOM_SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
EMAIL_TIMEOUT = 20
# Readers' messages to the press office are deleted so many days after they were answered.
NEWSROOM_MESSAGE_DAYS = env.int("NEWSROOM_MESSAGE_DAYS", default=365)

# --- Languages and time -----------------------------------------------------

register_languages()

LANGUAGES = [(language.code, language.name) for language in LANGUAGE_TABLE]
LANGUAGE_CODE = "en"
# What browsers may call our languages: {"kmr": "ku", …}.
NEWSROOM_LANGUAGE_ALIASES = {tag: language.code for language in LANGUAGE_TABLE for tag in language.accepts}
NEWSROOM_LANGUAGES = {language.code: language for language in LANGUAGE_TABLE}
NEWSROOM_LOCALES = {language.code: language.locale for language in LANGUAGE_TABLE}
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "newsroom" / "locale"]
FORMAT_MODULE_PATH = ["newsroom.formats"]
USE_I18N = True
USE_TZ = True
# Dates are typed, scheduled and shown in the newsroom's own time zone.
TIME_ZONE = env("NEWSROOM_TIME_ZONE", default="Europe/Istanbul")

MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_LANGUAGES = tuple(language.code for language in LANGUAGE_TABLE)
# No language falls back to another in anything that readers see.
MODELTRANSLATION_ENABLE_FALLBACKS = False

# --- Files ------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = media_url(env)
MEDIA_ROOT = DATA_DIR / "media"
# Name → "default" (what readers get) and "originals" (private). `move_media` copies from one to the other.
NEWSROOM_STORAGES = {"local": local_storages(DATA_DIR), "s3": s3_storages(env)}
NEWSROOM_STORAGE = storage_in_use(env)
STORAGES = NEWSROOM_STORAGES[NEWSROOM_STORAGE] | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o644
# Small requests stay in memory; the rest goes to the disk, without names there.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "media_library.upload_handlers.UploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# An album of 500 pictures has seven fields for each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Uploads: the largest file in bytes, the largest picture in pixels.
NEWSROOM_PICTURE_MAX_BYTES = 25 * 1024 * 1024
NEWSROOM_PICTURE_MAX_PIXELS = 50_000_000
# WebP, AVIF and GIF decode to far more than their files show.
NEWSROOM_DENSE_PICTURE_MAX_PIXELS = 25_000_000
NEWSROOM_DOCUMENT_MAX_BYTES = 25 * 1024 * 1024
NEWSROOM_VIDEO_MAX_BYTES = 500 * 1024 * 1024
NEWSROOM_AUDIO_MAX_BYTES = 200 * 1024 * 1024
NEWSROOM_CAPTIONS_MAX_BYTES = 1024 * 1024
# Decoding happens in processes of their own: how many at once on a machine, and what each may take.
NEWSROOM_DECODERS = 2
NEWSROOM_DECODER_MAX_MEMORY = 300 * 1024 * 1024
NEWSROOM_DECODER_MAX_SECONDS = 120
# `clean_library` deletes pictures that nothing has used for so many days, when somebody runs it.
NEWSROOM_UNUSED_PICTURE_DAYS = 180
# Text: the largest body in characters of HTML, and how deep its elements may nest.
NEWSROOM_HTML_MAX_LENGTH = 200_000
NEWSROOM_HTML_MAX_DEPTH = 20

# --- Security ---------------------------------------------------------------

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Nobody else's pages need our styles and scripts.
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Messages for staff stay on the server: one cookie less, and nothing of them in a browser.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses, networks, "unix" for a socket.
NEWSROOM_TRUSTED_PROXIES = trusted_proxies(env.list("NEWSROOM_TRUSTED_PROXIES", default=[]))

# Whom to tell about a weakness of the site: it is what /.well-known/security.txt says.
NEWSROOM_SECURITY_CONTACT = security_contacts(env.list("NEWSROOM_SECURITY_CONTACT", default=[]))

# Videos by link: PeerTubes by name, and other hosts as the fields of `media_library.video_hosts.VideoHost` in JSON.
NEWSROOM_PEERTUBE_HOSTS = env.list("NEWSROOM_PEERTUBE_HOSTS", default=[])
NEWSROOM_VIDEO_HOSTS = env.json("NEWSROOM_VIDEO_HOSTS", default=[])
_FRAMES = frame_sources(NEWSROOM_PEERTUBE_HOSTS, NEWSROOM_VIDEO_HOSTS)

# Readers' pages: what they use, and nothing else.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": media_sources(MEDIA_URL),
        "font-src": [SELF],
        # The script asks for nothing; tools that look at a page from within ask for /robots.txt.
        "connect-src": [SELF],
        # Our own recordings and their captions.
        "media-src": media_sources(MEDIA_URL),
        # What browsers keep for when there is no connection.
        "manifest-src": [SELF],
        "worker-src": [SELF],
        # The frames that a reader may ask for by pressing play, and nothing else from elsewhere.
        "frame-src": _FRAMES,
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Staff pages, on top of that. The editor needs an import map and a style element: both carry a nonce.
NEWSROOM_ADMIN_CONTENT_SECURITY_POLICY = {
    "script-src": [SELF, NONCE],
    "style-src": [SELF, NONCE],
    "img-src": [*media_sources(MEDIA_URL), "data:", "blob:"],
    "connect-src": [SELF],
    "frame-src": [SELF],
}

# Files of the site that somebody opens by themselves run nothing and reach nothing.
NEWSROOM_FILE_CONTENT_SECURITY_POLICY = {
    "default-src": [NONE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [NONE],
    "sandbox": True,
}

# What pages may ask a browser for: videos fill the screen, addresses are copied, staff have passkeys.
_PUBLIC_FEATURES = {
    "clipboard-write": ["self"],
    "fullscreen": ["self", *_FRAMES],
    "picture-in-picture": ["self", *_FRAMES],
}
_PASSKEYS = {"publickey-credentials-create": ["self"], "publickey-credentials-get": ["self"]}
NEWSROOM_PERMISSIONS_POLICIES = {
    "public": permissions_policy(_PUBLIC_FEATURES),
    "staff": permissions_policy(_PUBLIC_FEATURES | _PASSKEYS),
}

# --- Reading without a connection -------------------------------------------

# Whether browsers keep what was read last. When it is off, those that did are told to forget it.
NEWSROOM_SERVICE_WORKER = env.bool("NEWSROOM_SERVICE_WORKER", default=True)

# --- Telling others that something changed -----------------------------------

# A WebSub hub, which hands changes of feeds on to those who subscribed there; "" for none.
NEWSROOM_WEBSUB_HUB = secure_address(env("NEWSROOM_WEBSUB_HUB", default=""), name="NEWSROOM_WEBSUB_HUB")
# Search engines are told which addresses changed (indexnow.org) if the site has a key; "" for none.
NEWSROOM_INDEXNOW_KEY = indexnow_key(env("NEWSROOM_INDEXNOW_KEY", default=""))
NEWSROOM_INDEXNOW_ENDPOINT = secure_address(
    env("NEWSROOM_INDEXNOW_ENDPOINT", default="https://api.indexnow.org/indexnow"), name="NEWSROOM_INDEXNOW_ENDPOINT"
)
if NEWSROOM_WEBSUB_HUB or NEWSROOM_INDEXNOW_KEY:
    secure_address(NEWSROOM_SITE_URL, name="NEWSROOM_SITE_URL")

# --- Text editor ------------------------------------------------------------

NEWSROOM_EDITOR_EXTENSIONS = {
    "Heading": {"levels": [2, 3]},
    "Bold": True,
    "Italic": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "Figure": {"pickerUrl": "/admin/media_library/picture/pick/"},
    "Image": True,
    "Caption": True,
    "History": True,
    "Fullscreen": True,
    "NoSpellCheck": False,
}

# --- Logs -------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("NEWSROOM_LOG_LEVEL", default="INFO")},
    "loggers": {
        "PIL": {"level": "WARNING"},
        # OpenSearch's client logs each request with its texts; what goes wrong we log ourselves.
        "opensearch": {"level": "CRITICAL"},
        "opensearchpy": {"level": "CRITICAL"},
    },
}
