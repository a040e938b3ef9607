"""The demo world: what a newborn sandbox shows, three weeks of history, and clearing it away."""

from crm_app.sandbox.demo.world import LOGINS, load

__all__ = ["LOGINS", "load"]
