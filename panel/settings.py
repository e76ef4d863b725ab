"""Settings: everything that differs between two installations comes from the environment."""

import os
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.utils.translation import to_language

from mailhost import environment

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
VAR = environment.var_folder()
# The embedded form writes its generated secrets there on the first run.
env.read_env(str(VAR / "environment"))

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# Where the web server of the embedded form listens; a name as in `getaddrinfo`
PANEL_HOST = env.str("PANEL_HOST", default="localhost")
PANEL_PORT = env.int("PANEL_PORT", default=8443)
# How mail from the panel names it
PANEL_URL = env.str("PANEL_URL", default=f"https://{PANEL_HOST}:{PANEL_PORT}")

INSTALLED_APPS = [
    "django.contrib.auth",  # before mailaccounts, which takes a signal of it off again
    "django_tasks",
    # Before the panel, whose admin.py takes screens of theirs off again
    "django_tasks_db",
    "panel.apps.GuessingConfig",  # django-axes
    "panel",
    "spamfilter",
    "delivery",
    "mailaccounts",
    "autoresponder",
    "mailhost",
    "csp",
    "panel.apps.StaffAdminConfig",  # Django's admin with our site
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # 1,284 messages
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its widgets' templates, for FORM_RENDERER
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "panel.mail_programs.hosts.SetUpHostsMiddleware",
    "panel.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "panel.middleware.PreferencesMiddleware",
    "panel.middleware.WrongVerbMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "panel.urls"
WSGI_APPLICATION = "panel.wsgi.application"

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
                "panel.frame.frame",
            ],
            "builtins": ["panel.templatetags.frame"],
        },
    },
]
FORM_RENDERER = "panel.forms.FormRenderer"

# Data
DATABASES = {"default": env.db("DATABASE_URL", engine="mailaccounts.database")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# A database that is silent is as good as gone: whoever waits is told so, and mail comes again.
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": 3,  # seconds
    "tcp_user_timeout": 10_000,  # milliseconds without an acknowledgement
    # What is prepared is planned once: planning what every message asks takes four times as long as
    # answering it, and by its estimates PostgreSQL would plan it anew each time.
    "options": "-c plan_cache_mode=force_generic_plan",
    **DATABASES["default"].get("OPTIONS", {}),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Accounts
AUTH_USER_MODEL = "mailaccounts.MailAccount"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "mailaccounts.backends.MailAccountBackend",
]
PASSWORD_HASHERS = ["mailaccounts.hashers.DovecotArgon2idHasher"]
PASSWORD_MIN_LENGTH = env.int("PASSWORD_MIN_LENGTH", default=12)
PASSWORD_MAX_LENGTH = 128
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_MIN_LENGTH},
    },
    {
        "NAME": "mailaccounts.passwords.MaximumLengthValidator",
        "OPTIONS": {"max_length": PASSWORD_MAX_LENGTH},
    },
    {"NAME": "mailaccounts.passwords.NotTheAddressValidator"},
    {"NAME": "mailaccounts.passwords.UncommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"

# Guessing passwords: so many wrong ones for one login from one IP address, or from one IP address
# for any logins, lock for some minutes. Never for a login from anywhere, or strangers could lock
# owners out.
AXES_FAILURE_LIMIT = env.int("LOGIN_LIMIT", default=10)
LOGIN_LIMIT_PER_ADDRESS = env.int("LOGIN_LIMIT_PER_ADDRESS", default=100)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("LOGIN_LOCK_MINUTES", default=15))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "panel.guessing.Handler"
AXES_CLIENT_IP_CALLABLE = "panel.client_address.guessing_address"
AXES_LOCKOUT_CALLABLE = "panel.guessing.locked_out"
AXES_USERNAME_FORM_FIELD = "username"  # the keyword of authenticate(), not a field of a form
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # so that the minutes shown are true
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# Of a failed login only the login itself is kept, and not even that is logged: people type their
# password there by mistake.
AXES_SENSITIVE_PARAMETERS = [
    "username",
    "current_password",
    "new_password",
    "confirmation",
    "csrfmiddlewaretoken",
    "login",
]

# "Forgot your password?": so many forms from one IP address, and so many mails to one account,
# within an hour.
PASSWORD_REQUESTS_PER_ADDRESS = env.int("PASSWORD_REQUESTS_PER_ADDRESS", default=10)
PASSWORD_MAILS_PER_ACCOUNT = env.int("PASSWORD_MAILS_PER_ACCOUNT", default=3)

# Transport. Browsers hold "https only" against a whole host name, whatever the port, so it is not
# for localhost: a live host sets it.
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=0)
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # the other names below the host's belong to others
    "security.W008",  # the panel is served by TLS alone, so there is nothing to redirect
    "security.W021",  # preloading is for those who own the whole domain
]

# Sessions
SESSION_ENGINE = "mailaccounts.sessions"
# Browsers keep one set of cookies for all ports of a host, and two copies may run on one.
SESSION_COOKIE_NAME = env.str("SESSION_COOKIE_NAME", default=f"__Host-pigeonnier-{PANEL_PORT}")
# In which accounts have logged in before; see panel.known_browsers.
KNOWN_COOKIE_NAME = env.str("KNOWN_COOKIE_NAME", default=f"__Host-known-{PANEL_PORT}")
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# A session ends after so many minutes without a click, and so many hours after the login at the
# latest; the cookie itself ends with the browser.
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=60)
SESSION_HOURS = env.int("SESSION_HOURS", default=12)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# "Prevent working until the screen has loaded completely": never for longer than so many seconds.
WAIT_SECONDS = env.int("WAIT_SECONDS", default=10)
# Addresses or networks of proxies whose X-Forwarded-For is believed.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
# Named as the session is: who logs in at one copy would spoil the open forms of the other.
CSRF_COOKIE_NAME = f"{SESSION_COOKIE_NAME}-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
# In a cookie: the login screen has messages too, and visitors have no session.
MESSAGE_STORAGE = "django.contrib.messages.storage.fallback.FallbackStorage"
# No screen takes files but one (autoresponder.uploads), so none is kept: Django's own list would
# write what strangers send, of any length, to the disk.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
CSRF_FAILURE_VIEW = "panel.views.expired.csrf_failure"

# What the browser may do: everything comes from here, nothing is written into the page.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Languages: a folder in locale/ is a language.
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES = [
    (code, LANG_INFO[code]["name_local"] if code in LANG_INFO else code)
    for code in sorted(
        {"en", *(to_language(p.name) for p in LOCALE_PATHS[0].iterdir() if p.is_dir())}
    )
]
FORMAT_MODULE_PATH = ["panel.formats"]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_TZ = True

# Static files
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
# A folder with skins and the logo of the provider; docs/skins.md
BRAND = env.str("BRAND", default="")
STATICFILES_DIRS = [("brand", BRAND)] if BRAND else []
STORAGES = {
    "staticfiles": {
        "BACKEND": env.str(
            "STATIC_STORAGE", default="whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    }
}

# Log: one line for each event, on standard error, where the supervisor or systemd picks it up.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname).1s %(process)d %(name)s: %(message)s"}
    },
    "filters": {
        "safe": {"()": "mailhost.logs.SafeLine"},
        "trouble": {"()": "mailhost.logs.TroubleAlone"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["safe"]}
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # Django's own handlers would say everything twice.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # Faults are told by panel.views.errors with their reference; a 404 is nobody's duty.
        "django.request": {"level": "CRITICAL"},
        "axes": {"level": "WARNING"},
        # Failures alone: each task has a line of its own where it has something to tell.
        "django_tasks": {"filters": ["trouble"]},
    },
}

# The provider, as owners see it
PROVIDER_NAME = env.str("PROVIDER_NAME", default="Pigeonnier")
# The skin of the login screen, and the one that accounts begin with
DEFAULT_SKIN = env.str("DEFAULT_SKIN", default="automatic")
PROVIDER_CONTACT = env.str("PROVIDER_CONTACT", default="postmaster@localhost")

# Background work: rows in PostgreSQL, which the worker takes one after the other.
TASKS = {
    "default": {
        "BACKEND": env.str("TASKS_BACKEND", default="django_tasks_db.DatabaseBackend"),
        "QUEUES": [],  # of any name
    }
}
# What is done every few minutes: functions that are told the time and may be called at any.
HOUSEKEEPING = [
    "mailaccounts.housekeeping.housekeep",
    "delivery.housekeeping.housekeep",
    "autoresponder.housekeeping.housekeep",
    "spamfilter.housekeeping.housekeep",
    "spamfilter.upkeep.train_on",
]
# What is looked after all the time, every few seconds, in the same way.
WATCHES = ["spamfilter.upkeep.watch_moved"]

# What staff are told to enter into a domain's DNS: functions that are given the domain.
DNS_RECORDS = ["mailaccounts.dns_records.mail_records", "panel.mail_programs.dns.program_records"]
# A live mail host (`manage.py mailhost --production`): standard ports, open to everybody.
PRODUCTION = env.bool("PRODUCTION", default=False)

# Mail in flight
MAIL_STORE_URL = env.str("MAIL_STORE_URL", default=f"maildir:{VAR / 'mail'}")
# For mailboxes in Dovecot: its master user with the secret, and who signed its certificate.
MAIL_STORE_MASTER = env.str("MAIL_STORE_MASTER", default="")
MAIL_STORE_SECRET = env.str("MAIL_STORE_SECRET", default="")
MAIL_STORE_CA = env.str("MAIL_STORE_CA", default="")
# The key of its administration, which ends connections of mail programs.
MAIL_STORE_DOVEADM_KEY = env.str("MAIL_STORE_DOVEADM_KEY", default="")
# Where Dovecot notes which accounts have moved messages into or out of Junk; empty: nowhere.
MOVED_FOLDER = env.str("MOVED_FOLDER", default="")
RELAY_URL = env.str("RELAY_URL", default=f"outbox:{VAR / 'outbox'}")
# Where accounts' own answers and the panel's mail go instead, to be signed as their domain's
ANSWER_RELAY_URL = env.str("ANSWER_RELAY_URL", default=RELAY_URL)
# Scanners, as spamd://host:port and clamd://host:port, or clamd:///path for a socket; empty: not
# available on this server.
SPAMD_URL = env.str("SPAMD_URL", default="")
CLAMD_URL = env.str("CLAMD_URL", default="")
# What looks into messages for the accounts that want it, before anything is decided, and where what
# is infected goes.
DELIVERY_SCANNERS = ["spamfilter.scanners.VirusScanner", "spamfilter.scanners.SpamScanner"]
DELIVERY_QUARANTINE = "spamfilter.quarantine.put_away"
DELIVERY_STEPS = [
    "delivery.steps.refuse_unwanted",
    "delivery.steps.stop_loops",
    "spamfilter.delivery.stop_viruses",
    "spamfilter.delivery.stop_spam",
    "delivery.steps.keep",
    "delivery.steps.redirect",
    "delivery.steps.fan_out",
    "autoresponder.delivery.answer",
    "delivery.steps.refuse_what_goes_nowhere",
]
# Attachment files of autoresponders, in bytes: one file, and all of an account together. They are
# kept in the database.
ATTACHMENT_SIZE_LIMIT = env.int("ATTACHMENT_SIZE_LIMIT", default=5 * 1024 * 1024)
ATTACHMENTS_SIZE_LIMIT = env.int("ATTACHMENTS_SIZE_LIMIT", default=20 * 1024 * 1024)
# All autoresponders of an account together answer no more than this in an hour.
ANSWERS_AN_HOUR = env.int("ANSWERS_AN_HOUR", default=200)
# For how long, in seconds, the same message coming again is known to be the same.
RESEND_WINDOW = env.int("RESEND_WINDOW", default=7 * 24 * 3600)
# For how many days the message log goes back.
LOG_DAYS = env.int("LOG_DAYS", default=30)
# So many messages of each kind a filter has to learn before spamd uses what it learned.
BAYES_MINIMUM = env.int("BAYES_MINIMUM", default=20)
# Whether mail waits while a scanner that its account wants does not answer. What is not scanned for
# spam can be taught later; a virus that was let in cannot be called back.
SPAMD_REQUIRED = env.bool("SPAMD_REQUIRED", default=False)
CLAMD_REQUIRED = env.bool("CLAMD_REQUIRED", default=True)
# Larger messages are not scanned for spam: spam is small, and this takes a second a megabyte.
SPAM_SIZE_LIMIT = env.int("SPAM_SIZE_LIMIT", default=2_000_000)
SPAM_SCANS = env.int("SPAM_SCANS", default=4)  # at once, of each process
QUARANTINE_DAYS = env.int("QUARANTINE_DAYS", default=30)
# The name by which the delivery service calls itself in greetings and trace fields.
MAIL_HOST = env.str("MAIL_HOST", default="localhost")
LMTP_PORT = env.int("LMTP_PORT", default=2424)  # 0: no LMTP, where mail is delivered elsewhere
SMTP_PORT = env.int(
    "SMTP_PORT", default=25 if PRODUCTION else 2525
)  # 0: no SMTP, where Postfix takes mail in
DELIVERY_PROCESSES = env.int("DELIVERY_PROCESSES", default=os.cpu_count() or 1)
DELIVERY_CONNECTIONS = env.int("DELIVERY_CONNECTIONS", default=200)  # of each process
MESSAGE_SIZE_LIMIT = env.int("MESSAGE_SIZE_LIMIT", default=50_000_000)
RECIPIENT_LIMIT = env.int("RECIPIENT_LIMIT", default=1000)  # of one message
# How much an account may send in an hour, where its plan says nothing else.
MESSAGES_PER_HOUR = env.int("MESSAGES_PER_HOUR", default=200)
RECIPIENTS_PER_HOUR = env.int("RECIPIENTS_PER_HOUR", default=500)

# Several machines (docs/install.md): which parts of a mail host are on this one, its address
# between them, who may use what listens there, and where Postfix finds the delivery service.
HOST_RUNS = env.list("HOST_RUNS", default=["postfix", "dovecot", "scanners", "delivery", "panel"])
PRIVATE_ADDRESS = env.str("PRIVATE_ADDRESS", default="127.0.0.1")
PRIVATE_CLIENTS = env.list("PRIVATE_CLIENTS", default=[])
DELIVERY_HOSTS = env.list("DELIVERY_HOSTS", default=[PRIVATE_ADDRESS])

# The mail host (`manage.py mailhost`): there SMTP_PORT is Postfix's, and these are the others'.
SUBMISSION_PORT = env.int("SUBMISSION_PORT", default=587 if PRODUCTION else 2587)
SUBMISSIONS_PORT = env.int(
    "SUBMISSIONS_PORT", default=465 if PRODUCTION else 2465
)  # TLS from the first byte, as IMAPS
REINJECTION_PORT = env.int("REINJECTION_PORT", default=2526)  # the delivery service sends here
ANSWER_PORT = env.int("ANSWER_PORT", default=2527)  # and here what accounts and the panel say
# Postfix asks the delivery service here; 0: it does not, on another machine
POLICY_PORT = env.int("POLICY_PORT", default=2428)
IMAP_PORT = env.int("IMAP_PORT", default=143 if PRODUCTION else 2143)
IMAPS_PORT = env.int("IMAPS_PORT", default=993 if PRODUCTION else 2993)
POP3_PORT = env.int("POP3_PORT", default=110 if PRODUCTION else 2110)
POP3S_PORT = env.int("POP3S_PORT", default=995 if PRODUCTION else 2995)
DOVECOT_LMTP_PORT = env.int("DOVECOT_LMTP_PORT", default=2425)
DOVEADM_PORT = env.int("DOVEADM_PORT", default=2427)  # Dovecot's administration, over HTTP
SPAMD_PORT = env.int("SPAMD_PORT", default=2783)
# Whether spamd may ask the DNS about senders and links; it needs a resolver of its own.
SPAM_NETWORK_TESTS = env.bool("SPAM_NETWORK_TESTS", default=False)
CLAMD_PORT = env.int("CLAMD_PORT", default=2310)
SRS_PORT = env.int("SRS_PORT", default=2101)
SRS_REVERSE_PORT = env.int("SRS_REVERSE_PORT", default=2102)
DKIM_PORT = env.int("DKIM_PORT", default=2891)
# The domain under which other people's mail is sent on; srs.MAIL_HOST by default.
SRS_DOMAIN = env.str("SRS_DOMAIN", default="")
# With postsrsd's secrets, answers go to who stood there before; without, to whom stands there.
SRS_SECRETS = env.list("SRS_SECRET", default=[])
# The webmail: where nginx listens for it, and how Home names it (empty: there is none).
WEBMAIL_PORT = env.int("WEBMAIL_PORT", default=8444)
WEBMAIL_URL = env.str("WEBMAIL_URL", default="")
# On a live mail host nginx stands before panel and webmail.
HTTP_PORT = env.int("HTTP_PORT", default=80)
HTTPS_PORT = env.int("HTTPS_PORT", default=443)
# Certificate chain and key of all servers; until these files are there, one that we sign ourselves.
TLS_CERTIFICATE = env.str("TLS_CERTIFICATE", default="")
TLS_KEY = env.str("TLS_KEY", default="")
# How mail programs reach the servers: imaps://HOST:PORT, or imap:// for STARTTLS; likewise pop3s://
# and smtps://. Empty: there is none.
IMAP_URL = env.str("IMAP_URL", default="")
POP3_URL = env.str("POP3_URL", default="")
SUBMISSION_URL = env.str("SUBMISSION_URL", default="")
# With what Apple's set-up profiles are signed: a certificate with its chain, and its key.
PROFILE_CERTIFICATE = env.str("PROFILE_CERTIFICATE", default="")
PROFILE_KEY = env.str("PROFILE_KEY", default="")
# The host that takes all outgoing mail, as "host:port"; without it Postfix asks the DNS.
SMARTHOST = env.str("SMARTHOST", default="")
