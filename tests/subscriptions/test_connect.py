"""`openphone connect|status|rotate` over real HTTP: made, repaired, renewed, cut off, again."""

from collections.abc import Callable
from typing import Any

import pytest

from crm_app import clock, db
from crm_app.errors import CrmError, Kind, ProviderError
from crm_app.openphone import client as provider
from crm_app.subscriptions import commands, keyring
from crm_app.subscriptions.commands import command, connect
from tests.subscriptions.conftest import ELSEWHERE, World

Said = pytest.CaptureFixture[str]


def words(found: Any) -> list[str]:
    """What was done, without the ids."""
    return [line.split()[0] for line in found]


def test_nothing_there_is_made_and_proven_and_again_changes_nothing(
    world: World, elsewhere: Any, capsys: Said
) -> None:
    assert command(["status"]) == 1
    assert "elsewhere: hooks.example.com" in capsys.readouterr().err
    assert len(world.slots) == 2, "a request's slot for each request"
    assert command(["connect"]) == 0

    ours = next(one for one in world.subscribed() if one["url"] == world.url)
    assert len(ours["events"]) == 16
    assert world.heard("Water in the cellar")
    kept = world.rows("select subscription_id, encrypted, last_used_at from webhook_key")
    assert [row[0] for row in kept] == [ours["id"]]
    assert "whsec" not in kept[0][1]
    assert kept[0][2] is not None
    capsys.readouterr()

    assert command(["connect"]) == 0
    said = capsys.readouterr()
    assert said.err == "Well.\n"
    assert f"dated {elsewhere['id']} enabled, not ours" in said.out
    assert f"dated {ours['id']} enabled, key held, last good now" in said.out
    assert world.url in said.out
    assert "message.undelivered" in said.out
    assert len(world.subscribed()) == 2


def test_where_the_dated_api_is_not_there_v1_has_four_keys(world: World, capsys: Said) -> None:
    world.place.put("switches", dated_api=False)
    assert words(connect()) == ["made"] * 4
    assert words(connect()) == []
    assert command(["status"]) == 0
    assert world.heard("By the old way")

    summaries = next(one for one in world.api("GET", "/v1/webhooks") if len(one["events"]) == 1)
    world.api("DELETE", f"/v1/webhooks/{summaries['id']}")
    calls = next(one for one in world.api("GET", "/v1/webhooks") if len(one["events"]) == 3)
    world.api("DELETE", f"/v1/webhooks/{calls['id']}")
    assert command(["status"]) == 1
    assert "no webhook for call.completed" in capsys.readouterr().err
    assert words(connect()) == ["made", "made"]

    assert words(connect(is_rotation=True)) == ["renewed"] * 4
    assert len(world.api("GET", "/v1/webhooks")) == 4
    assert world.heard("By a new key")

    world.place.put("switches", dated_api=True)
    assert words(connect()) == ["made", *["removed"] * 4]
    assert [one["url"] for one in world.subscribed()] == [world.url]
    assert world.heard("By the new way")


def test_v1_ones_that_only_another_user_is_shown_are_known_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.place.put("switches", dated_api=False)
    asked = commands.ask

    def as_another(method: str, name: Any, path: str = "", **more: Any) -> Any:
        if method == "POST":
            more["json"]["userId"] = "USsandbox0002"
        return asked(method, name, path, **more)

    monkeypatch.setattr(commands, "ask", as_another)
    list(connect())
    assert world.api("GET", "/v1/webhooks") == []
    assert words(connect()) == []
    assert command(["status"]) == 0


def test_until_the_new_way_is_proven_the_old_one_stays(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.place.put("switches", dated_api=False)
    list(connect())
    world.place.put("switches", dated_api=True)
    with monkeypatch.context() as silent:
        silent.setattr(commands, "_arrives", lambda _: False)
        with pytest.raises(CrmError, match="did not come back"):
            list(connect())
    assert len(world.api("GET", "/v1/webhooks")) == 4

    assert words(connect()) == ["removed"] * 4


@pytest.mark.parametrize("is_rotation", [False, True], ids=["created", "rotated"])
def test_cut_off_before_the_key_was_kept_it_is_renewed(
    world: World, monkeypatch: pytest.MonkeyPatch, is_rotation: bool
) -> None:
    if is_rotation:
        list(connect())
    with monkeypatch.context() as killed:
        killed.setattr(keyring, "keep", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            list(connect(is_rotation=is_rotation))
    assert command(["status"]) == 1

    assert words(connect()) == ["renewed"]
    assert len(world.subscribed()) == 1
    assert world.heard("It leaks again")


def test_cut_off_between_the_new_v1_one_and_the_old(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.place.put("switches", dated_api=False)
    list(connect())
    with monkeypatch.context() as killed:
        killed.setattr(commands, "_remove", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            list(connect(is_rotation=True))
    assert len(world.api("GET", "/v1/webhooks")) == 5

    assert words(connect()) == ["removed"]
    assert world.heard("Only once")


@pytest.mark.parametrize("is_told", [True, False], ids=["by a refusal", "by the test"])
def test_a_key_that_somebody_else_rotated_is_found_out(world: World, is_told: bool) -> None:
    list(connect())
    (ours,) = world.subscribed()
    world.api("POST", f"/webhooks/{ours['id']}/rotate")
    with db.transaction() as session:  # else the last use is proof enough
        session.connection().exec_driver_sql("update webhook_key set last_used_at = null")
    assert not (is_told and world.heard("Into nothing"))

    assert words(connect()) == ["renewed"]
    assert world.heard("Here again")
    assert words(connect()) == []


def test_ours_is_found_on_the_second_page_of_the_list(world: World) -> None:
    for _ in range(11):
        world.api("POST", "/webhooks", json={"url": ELSEWHERE, "events": ["call.missed"]})
    assert words(connect()) == ["made"]
    assert words(connect()) == []


def test_disabled_lacking_and_doubled_ones_are_repaired_and_others_left(
    world: World, elsewhere: Any
) -> None:
    list(connect())
    ours = next(one for one in world.subscribed() if one["url"] == world.url)
    change = {"status": "disabled", "events": ["message.received"]}
    world.api("PATCH", f"/webhooks/{ours['id']}", json=change)
    twice = world.api("POST", "/webhooks", json={"url": world.url + "/", "events": ["call.missed"]})
    assert command(["status"]) == 1

    assert words(connect()) == ["repaired", "removed"]
    after = {one["id"]: one for one in world.subscribed()}
    assert twice["id"] not in after
    assert (after[ours["id"]]["status"], len(after[ours["id"]]["events"])) == ("enabled", 16)
    assert after[elsewhere["id"]]["url"] == ELSEWHERE


def test_after_a_rotation_what_is_under_way_is_still_believed(world: World) -> None:
    list(connect())
    with db.transaction() as session:
        (old,) = keyring.read(session).values()
    assert words(connect(is_rotation=True))[0] == "renewed"

    with db.transaction() as session:
        good = keyring.read(session)
    assert len(good) == 2
    assert old in good.values()
    ((ends,),) = world.rows("select retired_at from webhook_key where retired_at is not null")
    assert abs(ends - clock.wall() - keyring.GRACE) < keyring.FRESH * 6


def test_a_test_that_never_comes_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch, environment: Callable[..., None]
) -> None:
    monkeypatch.setattr(commands, "PATIENCE", 2)
    environment(PUBLIC_URL="http://127.0.0.1:9")
    with pytest.raises(CrmError, match=r"did not come back.*127\.0\.0\.1:9"):
        list(connect())


def test_what_the_plan_does_not_have_is_said_and_no_reason_to_stop(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = provider.request

    def refuses(method: str, path: str, **more: Any) -> Any:
        if path.endswith("/call-summaries"):
            raise ProviderError("Upgrade.", Kind.STOPPED, 403)
        return asked(method, path, **more)

    monkeypatch.setattr("crm_app.subscriptions.client.request", refuses)
    world.place.put("switches", dated_api=False)
    assert words(connect()) == ["made", "made", "OpenPhone", "made"]
    assert command(["status"]) == 0


def test_a_refused_account_is_a_sentence(world: World) -> None:
    world.place.put("faults", **{"401": 1})
    with pytest.raises(CrmError, match="OPENPHONE_API_KEY"):
        command(["status"])
    ((noted,),) = world.rows("select detail from heartbeat where name = 'webhooks'")
    assert "OPENPHONE_API_KEY" in noted


def test_an_answer_without_a_key_is_a_sentence(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "ask", lambda *_, **_more: {"data": {"id": "1"}})
    with pytest.raises(CrmError, match="no key"):
        list(connect())
