"""Configures our Superset; every secret and address comes from the environment of the process."""

import os
import sys
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

from cachelib import FileSystemCache
from flask import Flask

sys.path.append(str(Path(__file__).parent))

from governance_login import GovernanceSessions
from look_log import keep_log_of_looks
from page_adjustments import stay_at_home
from security_manager import GovernanceSecurityManager
from session_checks import check_sessions
from session_rules import Addresses
from trusted_proxies import TrustedProxies
from viewers import Viewers

SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = os.environ["SUPERSET_METADATA_URI"]
SQLALCHEMY_ENGINE_OPTIONS = {"pool_pre_ping": True}

APP_NAME = "Task Mining"
LANGUAGES: dict[str, dict[str, str]] = {}

# One login: accounts, roles and shares are the governance API's.
CUSTOM_SECURITY_MANAGER = GovernanceSecurityManager
GOVERNANCE_API_URL = os.environ.get("TASK_MINING_API_URL", "")
GOVERNANCE_TOKEN = os.environ.get("TASK_MINING_SUPERSET_TOKEN", "")
GOVERNANCE_SESSIONS = (
    GovernanceSessions(GOVERNANCE_API_URL, service_token=GOVERNANCE_TOKEN) if GOVERNANCE_API_URL else None
)
# Where browsers find this Superset and the sign-in: their own addresses, or those of the proxy in front of them.
OWN_URL = os.environ.get("TASK_MINING_SUPERSET_PUBLIC_URL") or os.environ.get("TASK_MINING_SUPERSET_URL", "")
ADDRESSES = Addresses(own_url=OWN_URL, governance_url=os.environ.get("TASK_MINING_PUBLIC_URL") or GOVERNANCE_API_URL)
AUTH_USER_REGISTRATION = False
# Two logins are the same where the governance API says so, and never by the lower case of a database.
AUTH_USERNAME_CI = False
# Cookies know no ports: a name that no other server of this host uses.
SESSION_COOKIE_NAME = "task_mining_superset"
# Sessions stay on the server, the browser gets a key to them.
SESSION_SERVER_SIDE = True
SESSION_TYPE = "cachelib"
SESSION_CACHELIB = FileSystemCache(str(Path(os.environ["SUPERSET_HOME"]) / "sessions"), threshold=10_000)
PERMANENT_SESSION_LIFETIME = timedelta(hours=8)

# bootstrap.py writes the permissions once; a web worker need not repeat it at each start.
FAB_UPDATE_PERMS = False

# Who deploys lists all permissions, charts and roles in one answer: without an order, pages overlap and lose some.
FAB_API_MAX_PAGE_SIZE = 10_000

# CACHE_QUERY_BY_USER: without it one account is answered with what another was cached.
FEATURE_FLAGS = {"DASHBOARD_RBAC": True, "CACHE_QUERY_BY_USER": True}

# Every account reads the marts as a role of its own; who may sign that role in is decided by PostgreSQL.
VIEWERS = Viewers(
    secret=os.environ["TASK_MINING_DASHBOARDS_SECRET"], sign_in_url=os.environ["TASK_MINING_DASHBOARDS_SIGN_IN_URL"]
)
DB_CONNECTION_MUTATOR = VIEWERS.connect


def FLASK_APP_MUTATOR(app: Flask) -> None:  # noqa: N802 - Superset's name for it
    """Superset's hook for what the application itself should do differently."""
    stay_at_home(app)
    check_sessions(app)
    keep_log_of_looks(app)


def _cache(name: str, lifetime: timedelta) -> dict[str, object]:
    """A cache of files in Superset's home: one machine, several workers, no further server."""
    return {
        "CACHE_TYPE": "FileSystemCache",
        "CACHE_DIR": str(Path(os.environ["SUPERSET_HOME"]) / "cache" / name),
        "CACHE_DEFAULT_TIMEOUT": int(lifetime.total_seconds()),
        "CACHE_THRESHOLD": 5000,
    }


CACHE_CONFIG = _cache("metadata", timedelta(minutes=5))
DATA_CACHE_CONFIG = _cache("data", timedelta(minutes=5))
FILTER_STATE_CACHE_CONFIG = _cache("filter_state", timedelta(days=90))
EXPLORE_FORM_DATA_CACHE_CONFIG = _cache("explore_form_data", timedelta(days=7))

IS_ENCRYPTED = OWN_URL.startswith("https://")

# No page loads anything from another host: the stock policy allows a telemetry pixel, map tiles and a CDN.
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'", "'strict-dynamic'"],
        "font-src": ["'self'", "data:"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    # Browsers that came by TLS are told to stay with it; whether they came so, only a trusted proxy may say.
    "force_https": False,
    "session_cookie_secure": IS_ENCRYPTED,
    "strict_transport_security": True,
    "strict_transport_security_max_age": 31_536_000,
    "strict_transport_security_include_subdomains": False,
}
SESSION_COOKIE_SECURE = IS_ENCRYPTED
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"


def _believing_proxies(app: Callable[..., Iterable[bytes]]) -> TrustedProxies:
    given = os.environ.get("TASK_MINING_TRUSTED_PROXIES", "")
    return TrustedProxies(app, [each.strip() for each in given.split(",") if each.strip()])


ADDITIONAL_MIDDLEWARE = [_believing_proxies]
