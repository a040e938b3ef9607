"""Which of OpenPhone's subscriptions are ours, and what is amiss with them. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from crm_app.tables import read_table

DATED, V1 = "dated", "v1"
WANTED: dict[str, dict[str, list[str]]] = read_table(__file__, "events")  # by system and path
PLAN = ("/call-summaries", "/call-transcripts")  # only the larger plans have them
LOOKED = "webhooks"  # the heartbeat that tells what the last look found
_PORTS = {"https": 443, "http": 80}
Name = tuple[str, str]  # system and id: the two systems may have the same ids


@dataclass(frozen=True)
class Subscription:
    """One subscription, as OpenPhone's API shows it."""

    name: Name
    url: str
    events: frozenset[str]
    is_enabled: bool


def is_same(one: str, other: str) -> bool:
    """Whether two addresses are one place: a default port and the last slash make no difference."""
    return _place(one) == _place(other)


def serving(
    ours: list[Subscription], system: str, path: str, held: Collection[Name]
) -> Subscription | None:
    """Return which of ours serves a path of WANTED, rather one whose key we hold."""
    fits = [one for one in ours if one.name[0] == system and one.events & {*WANTED[system][path]}]
    return min(fits, key=lambda one: one.name not in held, default=None)


def is_right(one: Subscription, path: str) -> bool:
    """Whether one is enabled and has every event of its path."""
    return one.is_enabled and one.events >= {*WANTED[one.name[0]][path]}


def amiss(
    system: str, listed: list[Subscription], url: str, held: Collection[Name], *, by_hand: bool
) -> str:
    """Return "", or what keeps deliveries from us; of other addresses it names the hosts alone.

    `by_hand`: there are other keys, maybe of a webhook made in OpenPhone's app, never listed.
    """
    ours = [one for one in listed if is_same(one.url, url)]
    hosts = sorted({"".join(one.url.split("/")[2:3]).rpartition("@")[2] for one in listed})
    if not ours and not by_hand:
        return f"OpenPhone points elsewhere: {', '.join(hosts) or 'nowhere'}"
    for path, events in WANTED[system].items() if ours else ():
        one = serving(ours, system, path, held)
        if one is None and path not in PLAN:
            return f"OpenPhone has no webhook for {', '.join(events)}"
        if one and not is_right(one, path):
            return f"Webhook {one.name[1]} is disabled or lacks events"
        if one and one.name not in held and not by_hand:
            return f"No key is held for webhook {one.name[1]}: what it brings is refused"
    return ""


def _place(url: str) -> tuple[object, ...]:
    try:
        parts = urlsplit(url.strip())
        where = parts.username, parts.password, parts.hostname, parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        return (url,)  # only like itself
    return (parts.scheme, *where, parts.path.rstrip("/"), parts.query)
