"""Signatures against vectors that somebody else made."""

import base64

from crm_app.sandbox.openphone.signing import legacy_headers, standard_headers

LEGACY_KEY = base64.b64decode("c2ltdWxhdG9yLWxlZ2FjeS1rZXktMDEyMzQ1Njc4OWFi")
LEGACY_BODY = (
    '{"id":"EVsim0001","object":"event","apiVersion":"v3","createdAt":"2026-01-15T15:04:05.123Z",'
    '"type":"message.received","data":{"object":{"id":"ACsim0001","object":"message",'
    '"from":"+15550100001","to":"+15550100002","direction":"incoming","body":"Café at 5?",'
    '"media":[],"status":"received","createdAt":"2026-01-15T15:04:05.000Z","userId":"USsim0001",'
    '"phoneNumberId":"PNsim0001","conversationId":"CNsim0001"}}}'
).encode()
NEW_BODY = (
    '{"id":"EVsim0001","apiVersion":"2026-03-30","createdAt":"2026-01-15T15:04:05.000Z",'
    '"type":"message.received","data":{"resource":{"id":"ACsim0001","direction":"incoming",'
    '"text":"Café at 5?","media":[],"status":"received","createdAt":"2026-01-15T15:04:05.000Z"},'
    '"context":{"orgId":"ORsim0001","phoneNumberId":"PNsim0001","conversationId":"CNsim0001",'
    '"userId":"USsim0001","contacts":{"ids":[],"lookupStatus":"none"},'
    '"senderIdentifier":"+15550100001","recipientIdentifiers":["+15550100002"]},'
    '"links":{"quo":"https://my.quo.com/inbox/PNsim0001/c/CNsim0001"}}}'
).encode()


def test_legacy_signature_is_that_of_the_vector() -> None:
    assert len(LEGACY_BODY) == 408
    assert legacy_headers(LEGACY_KEY, LEGACY_BODY, 1768489445.123) == {
        "openphone-signature": "hmac;1;1768489445123;mdT1mqCytCB6KJhcaE1HZyptx7zKoWcoiwS+YqSI3yU="
    }


def test_standard_signature_is_that_of_the_public_vector() -> None:
    headers = standard_headers(
        base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        1614265330.9,
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_standard_signature_is_that_of_the_invented_vector() -> None:
    headers = standard_headers(
        base64.b64decode("c2ltdWxhdG9yLW5ldy1rZXktMDEyMzQ1Njc4OWFiY2Q="),
        "msg_sim0000000000000000000001",
        NEW_BODY,
        1768489445,
    )
    assert headers["webhook-signature"] == "v1,A8safPaf5wLeySRpspnXiOmXi6MCmtGCysRVuByrEi0="
