"""OpenPhone's API of webhooks: the dated one, and v1's where that is not there.

https://www.quo.com/docs (2026-03-30, webhooks). A key is told once: when one is made or rotated.
"""

from typing import Any

from crm_app.errors import ProviderError
from crm_app.http import json_object
from crm_app.openphone.client import request, whole
from crm_app.openphone.lookup import take_slot
from crm_app.subscriptions.rules import DATED, V1, Name, Subscription

_ABSENT = (400, 404, 410)  # 400: that version of the API is not known there
_VERSION = {"Quo-Api-Version": "2026-03-30"}


def ask(method: str, name: Name, path: str = "", **asked: Any) -> dict[str, Any]:
    """Ask for a subscription, or with an empty id for all; return the answer's JSON object.

    Raises ProviderError.
    """
    system, one = name
    place, headers = ("/webhooks", _VERSION) if system == DATED else ("/v1/webhooks", {})
    take_slot()
    path = f"{place}/{one}{path}" if one else f"{place}{path}"
    return json_object(request(method, path, headers=headers, **asked).content)


def listed(known: list[Name]) -> tuple[str, list[Subscription]]:
    """Return the system to make subscriptions in, and those of both. Raises ProviderError.

    v1 lists the owner's alone: those of `known` that it leaves out are asked for.
    """
    systems, found = list[str](), dict[Name, Subscription]()
    for name in [(DATED, ""), (V1, ""), *(each for each in known if each[0] == V1)]:
        if name in found:
            continue
        try:
            found |= {one.name: one for one in _read(name)}
        except ProviderError as problem:
            if problem.status not in _ABSENT:
                raise
        else:
            systems.append(name[0])
    return next(iter(systems), V1), list(found.values())


def _read(name: Name) -> list[Subscription]:
    def page(token: str | None) -> tuple[list[Any], str | None]:
        answer = ask("GET", name, params={"after": token} if token else {})
        data, cursor = answer.get("data"), answer.get("nextCursor")
        return data if isinstance(data, list) else [data], str(cursor) if cursor else None

    return [
        Subscription((name[0], str(one["id"])), str(one.get("url")),
                     frozenset(map(str, one["events"])), one.get("status") != "disabled")
        for one in whole(page)
        if isinstance(one, dict) and one.get("id") and isinstance(one.get("events"), list)
    ]  # fmt: skip
