"""The vectors of the fact sheet, computed outside this program."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from crm_app.openphone.signatures import NO_KEY, NOT_SIGNED, OLD, WRONG, refusal

LEGACY_KEY = base64.b64decode("c2ltdWxhdG9yLWxlZ2FjeS1rZXktMDEyMzQ1Njc4OWFi")
LEGACY_BODY = (
    '{"id":"EVsim0001","object":"event","apiVersion":"v3","createdAt":"2026-01-15T15:04:05.123Z",'
    '"type":"message.received","data":{"object":{"id":"ACsim0001","object":"message",'
    '"from":"+15550100001","to":"+15550100002","direction":"incoming","body":"Café at 5?",'
    '"media":[],"status":"received","createdAt":"2026-01-15T15:04:05.000Z","userId":"USsim0001",'
    '"phoneNumberId":"PNsim0001","conversationId":"CNsim0001"}}}'
).encode()
LEGACY_AT = datetime.fromtimestamp(1768489445.123, UTC)
DIGEST = "mdT1mqCytCB6KJhcaE1HZyptx7zKoWcoiwS+YqSI3yU="
STANDARD_KEY = base64.b64decode("c2ltdWxhdG9yLW5ldy1rZXktMDEyMzQ1Njc4OWFiY2Q=")
STANDARD_BODY = (
    '{"id":"EVsim0001","apiVersion":"2026-03-30","createdAt":"2026-01-15T15:04:05.000Z",'
    '"type":"message.received","data":{"resource":{"id":"ACsim0001","direction":"incoming",'
    '"text":"Café at 5?","media":[],"status":"received","createdAt":"2026-01-15T15:04:05.000Z"},'
    '"context":{"orgId":"ORsim0001","phoneNumberId":"PNsim0001","conversationId":"CNsim0001",'
    '"userId":"USsim0001","contacts":{"ids":[],"lookupStatus":"none"},'
    '"senderIdentifier":"+15550100001","recipientIdentifiers":["+15550100002"]},'
    '"links":{"quo":"https://my.quo.com/inbox/PNsim0001/c/CNsim0001"}}}'
).encode()
STANDARD = {
    "webhook-id": "msg_sim0000000000000000000001",
    "webhook-timestamp": "1768489445",
    "webhook-signature": "v1,A8safPaf5wLeySRpspnXiOmXi6MCmtGCysRVuByrEi0=",
}
OTHER = b"another key"


def legacy(digest: str, stamp: str = "1768489445123") -> dict[str, str]:
    return {"openphone-signature": f"hmac;1;{stamp};{digest}"}


def test_the_vectors_verify() -> None:
    assert len(LEGACY_BODY) == 408
    assert refusal(legacy(DIGEST), LEGACY_BODY, [LEGACY_KEY], LEGACY_AT) == ""
    assert refusal(STANDARD, STANDARD_BODY, [STANDARD_KEY], LEGACY_AT) == ""


def test_the_public_standard_webhooks_vector_verifies() -> None:
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)

    assert refusal(headers, b'{"test": 2432232314}', [key], at) == ""


@pytest.mark.parametrize(
    "digest",
    [
        "43zBfQnMoki5h+mysee/Hot/6PbDCBcOOmGETS6Vld8=",  # default json.dumps
        "MtsIHY/pU4iebJsLemR9dW9B8WnBOHI3qS5VVDyaNz0=",  # compact, ASCII-escaped
        "",
        "mdT1mqCytCB6KJhcaE1HZyptx7zKoWcoiwS+YqSI3yU",
        "m\xe9",
    ],
)
def test_what_must_not_verify(digest: str) -> None:
    assert refusal(legacy(digest), LEGACY_BODY, [LEGACY_KEY], LEGACY_AT) == WRONG


def test_any_of_several_keys_fits() -> None:
    assert refusal(legacy(DIGEST), LEGACY_BODY, [OTHER, LEGACY_KEY], LEGACY_AT) == ""
    assert refusal(legacy(DIGEST), LEGACY_BODY, [OTHER], LEGACY_AT) == WRONG


def test_any_of_several_signatures_is_enough() -> None:
    both = {"openphone-signature": f"hmac;1;1768489445123;AAAA, hmac;1;1768489445123;{DIGEST}"}
    assert refusal(both, LEGACY_BODY, [LEGACY_KEY], LEGACY_AT) == ""

    rotated = STANDARD | {"webhook-signature": f"v1,AAAA v2,x {STANDARD['webhook-signature']}"}
    assert refusal(rotated, STANDARD_BODY, [STANDARD_KEY], LEGACY_AT) == ""


@pytest.mark.parametrize("late", [timedelta(seconds=301), timedelta(seconds=-301)])
def test_older_or_newer_than_five_minutes_is_refused(late: timedelta) -> None:
    assert refusal(legacy(DIGEST), LEGACY_BODY, [LEGACY_KEY], LEGACY_AT + late) == OLD
    assert refusal(STANDARD, STANDARD_BODY, [STANDARD_KEY], LEGACY_AT + late) == OLD


@pytest.mark.parametrize("late", [timedelta(seconds=299), timedelta(seconds=-299)])
def test_up_to_five_minutes_is_taken(late: timedelta) -> None:
    assert refusal(legacy(DIGEST), LEGACY_BODY, [LEGACY_KEY], LEGACY_AT + late) == ""


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, NOT_SIGNED),
        ({"openphone-signature": ""}, WRONG),
        ({"openphone-signature": "hmac;1;1768489445123"}, WRONG),
        (legacy(DIGEST, "now"), WRONG),
        (legacy(DIGEST, "1" * 40), WRONG),
        ({"openphone-signature": f"hmac;2;1768489445123;{DIGEST}"}, WRONG),
        (STANDARD | {"webhook-timestamp": "soon"}, WRONG),
        (STANDARD | {"webhook-id": "msg_other"}, WRONG),
        ({"webhook-signature": STANDARD["webhook-signature"]}, WRONG),
        (STANDARD | {"webhook-signature": "A8safPaf5wLeySRpspnXiOmXi6MCmtGCysRVuByrEi0="}, WRONG),
    ],
)
def test_odd_headers_are_refused(headers: Mapping[str, str], reason: str) -> None:
    assert refusal(headers, STANDARD_BODY, [STANDARD_KEY, LEGACY_KEY], LEGACY_AT) == reason


def test_one_byte_more_does_not_verify() -> None:
    assert refusal(legacy(DIGEST), LEGACY_BODY + b" ", [LEGACY_KEY], LEGACY_AT) == WRONG


def test_without_a_key_nobody_is_believed() -> None:
    assert refusal(legacy(DIGEST), LEGACY_BODY, [], LEGACY_AT) == NO_KEY
