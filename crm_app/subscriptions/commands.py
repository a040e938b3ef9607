"""The command `openphone`: makes OpenPhone deliver to us, whatever it finds there.

Safe to be cut off anywhere, and again. A key is kept as soon as it comes; what we hold no key for
is renewed, since a key is told only once.
"""

import argparse
from collections.abc import Generator, Iterator
from threading import Event

from crm_app import clock, db
from crm_app.errors import CrmError, ProviderError
from crm_app.subscriptions import keyring, rules
from crm_app.subscriptions.client import ask
from crm_app.subscriptions.rules import DATED, WANTED, Name, Subscription
from crm_app.subscriptions.tasks import address, look
from crm_app.terminal import say, show
from crm_app.times import ago

TEST_KIND = "contact.deleted"  # the sample that does least
Done = Generator[str, None, Name]  # tells what it did, and returns whose key is held
PATIENCE = 40  # quarters of a second, for a test to come round


def command(args: list[str]) -> int:
    """Connect OpenPhone's webhooks, show how they stand, or renew their keys; 1: amiss."""
    parser = argparse.ArgumentParser(prog="crm_app openphone", description=command.__doc__)
    parser.add_argument("what", choices=["connect", "status", "rotate"])
    what = parser.parse_args(args).what
    try:
        for line in connect(is_rotation=what == "rotate") if what != "status" else ():
            say(line)
        _, listed, problem = look()
    except ProviderError as found:
        raise CrmError(str(found)) from found
    with db.transaction() as session:
        held = keyring.held(session)
    for one in listed:
        used = (row := held.get(one.name)) and row.last_used_at
        key = f"key held, last good {ago(used, clock.wall()) if used else 'never'}"
        whose = (key if row else "NO KEY") if rules.is_same(one.url, address()) else "not ours"
        show(f"{' '.join(one.name)} {'enabled' if one.is_enabled else 'DISABLED'}, {whose}")
        show(f"  {one.url}\n  {', '.join(sorted(one.events))}")
    say(problem or "Well.")
    return 1 if problem else 0


def connect(*, is_rotation: bool = False) -> Iterator[str]:
    """Create what is missing, repair what is wrong, renew keys that are not right, or all of them.

    Yields what was done. Others' subscriptions stay. Raises CrmError and ProviderError.
    """
    url, (system, listed, _) = address(), look()
    with db.transaction() as session:
        held = keyring.held(session)
    ours = [one for one in listed if rules.is_same(one.url, url)]
    found = {path: rules.serving(ours, system, path, held) for path in WANTED[system]}
    for path, one in found.items():
        name = yield from _mend(one, path, url, is_rotation) if one else _add(system, path, url)
        if system == DATED:  # v1 has no test
            yield from _prove(name, url)
    for one in ours:  # last: until the new way is proven, an old one stays
        if one not in found.values():
            _remove(one.name)
            yield f"removed {one.name[1]}, which was one too many"


def _mend(one: Subscription, path: str, url: str, is_rotation: bool) -> Done:
    (system, known), is_right = one.name, rules.is_right(one, path)
    if system == DATED and not is_right:
        events = sorted(one.events.union(WANTED[DATED][path]))
        ask("PATCH", one.name, json={"events": events, "status": "enabled"})
        yield f"repaired {known}"
    if is_rotation or _is_doubted(one.name) or not (is_right or system == DATED):
        known = _renew(one.name, path, url)
        yield f"renewed {known}"
    return system, known


def _add(system: str, path: str, url: str) -> Done:
    made = ""
    try:
        made = _make((system, ""), path, url)
        yield f"made {made}"
    except ProviderError as problem:
        if path not in rules.PLAN or problem.status not in (402, 403):
            raise
        yield f"OpenPhone does not give {path[1:]}: {problem}"
    return system, made


def _prove(name: Name, url: str) -> Iterator[str]:
    """Let OpenPhone test one; if another key than ours signed that, once more with a new one."""
    if not (has_arrived := _arrives(name)) and _is_doubted(name):
        yield f"renewed {_renew(name, '', url)}: another key had signed its test"
        has_arrived = _arrives(name)
    if not has_arrived:
        raise CrmError(f"{keyring.WORDS['not_arrived']} ({url})")


def _make(kind: Name, path: str, url: str) -> str:
    """Make a subscription, or with an id rotate its key; keep the key, and return the id."""
    asked = {"url": url, "events": WANTED[kind[0]].get(path), "resourceIds": ["*"]}
    told = ask("POST", kind, path, json=None if kind[1] else asked).get("data") or {}
    if not told.get("key"):
        raise CrmError(keyring.WORDS["not_told"])
    made = kind[1] or str(told.get("id"))
    with db.transaction() as session:
        keyring.keep(session, kind[0], made, url, str(told["key"]))
    return made


def _renew(name: Name, path: str, url: str) -> str:
    """Give a subscription a new key and return its id; one of v1 has to be made anew."""
    if name[0] != DATED:
        new = _make((name[0], ""), path, url)
        _remove(name)
        return new
    with db.transaction() as session:  # first: cut off after the rotation, we know we hold none
        keyring.retire(session, *name)
    return _make(name, "/rotate", url)


def _remove(name: Name) -> None:
    ask("DELETE", name)
    with db.transaction() as session:
        keyring.retire(session, *name)


def _arrives(name: Name) -> bool:
    """Let OpenPhone deliver a sample; return whether it came, signed by the key that we hold."""
    since = clock.wall() - keyring.NOTED
    for n in range(PATIENCE):
        with db.transaction() as session:
            row = keyring.held(session).get(name)
        if row and row.last_used_at and row.last_used_at > since:
            return True
        if n == 0:
            ask("POST", name, "/events/test", json={"eventType": TEST_KIND})
        elif _is_doubted(name):
            return False
        Event().wait(0.25)
    return False


def _is_doubted(name: Name) -> bool:
    with db.transaction() as session:
        return keyring.is_doubted(session, name)
