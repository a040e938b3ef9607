"""Which subscription is ours, and what is said when it is not well: tables and properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_app.subscriptions.rules import DATED, V1, WANTED, Subscription, amiss, is_same, serving

OURS = "https://crm.example.com/webhooks/openphone"
HOSTS = st.from_regex(r"[a-z][a-z0-9-]{0,10}(\.[a-z]{2,5}){1,2}", fullmatch=True)
PATHS = st.from_regex(r"(/[A-Za-z0-9_-]{1,6}){1,3}", fullmatch=True)


@pytest.mark.parametrize(
    ("given_url", "is_ours"),
    [
        (OURS, True),
        ("HTTPS://CRM.Example.Com:443/webhooks/openphone/", True),
        (f" {OURS} ", True),
        (f"{OURS}?token=1", False),
        ("http://crm.example.com/webhooks/openphone", False),
        ("https://crm.example.com:8443/webhooks/openphone", False),
        ("https://crm.example.com/webhooks/openphone2", False),
        ("https://crm.example.com.evil.example/webhooks/openphone", False),
        ("https://crm.example.com@evil.example/webhooks/openphone", False),
        ("https://pat:secret@crm.example.com/webhooks/openphone", False),
        ("https://crm.example.com/Webhooks/openphone", False),
        ("https://[broken", False),
        ("https://crm.example.com:port/webhooks/openphone", False),
        ("", False),
        ("https:///webhooks/openphone", False),
    ],
)
def test_an_address_is_ours_or_not(given_url: str, is_ours: bool) -> None:
    assert is_same(given_url, OURS) is is_ours
    assert is_same(OURS, given_url) is is_ours


@given(HOSTS, PATHS, st.sampled_from(["https", "http"]))
def test_spelling_makes_no_difference_and_place_does(host: str, path: str, scheme: str) -> None:
    port = {"https": 443, "http": 80}[scheme]
    plain = f"{scheme}://{host}{path}"
    assert is_same(plain, f"{scheme.upper()}://{host.upper()}:{port}{path}/")
    assert not is_same(plain, f"{scheme}://x{host}{path}")
    assert not is_same(plain, f"{scheme}://{host}{path}x")
    assert not is_same(plain, f"{scheme}://{host}:{port + 1}{path}")


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_strings_are_compared_alike_from_both_sides(one: str, other: str) -> None:
    assert is_same(one, other) == is_same(other, one)
    assert is_same(one, one)


def made(name: str = "1", url: str = OURS, *, kind: str = DATED, path: str = "",
         enabled: bool = True, events: list[str] | None = None) -> Subscription:  # fmt: skip
    chosen = WANTED[kind][path] if events is None else events
    return Subscription((kind, name), url, frozenset(chosen), enabled)


OTHER = made("9", "https://pat:secret@hooks.example.com/secret?key=1")
HELD = {(DATED, "1")}


@pytest.mark.parametrize(
    ("listed", "held", "by_hand", "said"),
    [
        ([], (), False, "elsewhere: nowhere"),
        ([OTHER], (), False, "elsewhere: hooks.example.com"),
        ([OTHER], (), True, ""),
        ([made(), OTHER], HELD, False, ""),
        ([made()], (), False, "No key is held for webhook 1"),
        ([made()], {(V1, "1")}, False, "No key is held"),
        ([made()], (), True, ""),
        ([made(enabled=False)], HELD, True, "Webhook 1 is disabled"),
        ([made(events=["message.received"])], HELD, False, "lacks events"),
        ([made(events=["task.created"])], HELD, False, "no webhook for message.received"),
        ([made(), made("2", events=[])], HELD, False, ""),
    ],
)  # fmt: skip
def test_what_is_amiss_is_one_sentence_without_secrets(
    listed: list[Subscription], held: set[tuple[str, str]], by_hand: bool, said: str
) -> None:
    found = amiss(DATED, listed, OURS, held, by_hand=by_hand)

    assert said in found if said else found == ""
    assert "secret" not in found


def test_v1_needs_messages_and_calls_and_bears_what_the_plan_lacks() -> None:
    both = [made(path, kind=V1, path=path) for path in ("/messages", "/calls")]
    held = [one.name for one in both]

    assert amiss(V1, both, OURS, held, by_hand=False) == ""
    assert "call.completed" in amiss(V1, both[:1], OURS, held, by_hand=False)


def test_of_two_that_serve_the_one_whose_key_we_hold_is_kept() -> None:
    assert serving([made("2"), made("1")], DATED, "", HELD) == made("1")
    assert serving([made("2"), made("3")], DATED, "", HELD) == made("2")
    assert serving([made("1", kind=V1, path="/calls")], DATED, "", HELD) is None


@pytest.mark.parametrize("listed", [["no url"], [""], ["https://"]])
def test_an_odd_address_at_openphone_breaks_nothing(listed: list[str]) -> None:
    odd = [made(str(n), url) for n, url in enumerate(listed)]
    assert "elsewhere" in amiss(DATED, odd, OURS, (), by_hand=False)
