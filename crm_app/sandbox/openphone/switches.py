"""The faults and switches of the pretend world: their names, defaults and what is refused."""

from collections.abc import Mapping

from crm_app.sandbox.openphone.chance import Json

FAULTS: dict[str, str] = {
    "429": "too many requests, nothing happened",
    "401": "the key is refused",
    "402": "no credits",
    "403": "the carrier's daily cap is reached",
    "400_a2p": "the number is not registered with the carriers",
    "500_before": "an error before the text is accepted",
    "500_after": "an error although the text was accepted",
    "silent_after": "the text is accepted, then the connection closes without an answer",
    "opted_out_error": "a text to somebody opted out is refused at once, not failed later",
    "late_webhook": "a webhook comes two minutes late",
    "double_webhook": "a webhook comes twice",
    "reorder_webhook": "a webhook overtakes: receipts come before the 202, texts out of order",
    "drop_webhook": "a webhook never comes",
    "no_receipt": "a text arrives, but nobody ever says so",
    "undelivered": "the carrier does not deliver a text",
    "failed": "a text fails with an error code",
}
SWITCHES: Json = {
    "generation": "C",
    "error_shape": "mixed",
    "answers": 0.25,
    "auto_reply": False,
    "seed": 1,
    "rate_limit": 10,
    "silence_seconds": 3.0,
}
CHOICES: dict[str, tuple[str, ...]] = {
    "generation": ("A", "B", "C"),
    "error_shape": ("mixed", "flat", "wrapped"),
}


class Refused(ValueError):
    """A control request that makes no sense; the sentence says why."""


def read_number(name: str, value: object) -> float:
    """Return `value` as a number of 0 or more; raise Refused otherwise, on true and false too."""
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
        raise Refused(f"{name} takes a number, 0 or more, not {value!r}.")
    return value


def read_rate(name: str, value: object) -> float:
    """Return `value` as a rate from 0 to 1; raise Refused otherwise."""
    rate = read_number(name, value)
    if rate > 1:
        raise Refused(f"{name} takes a rate from 0 to 1, not {value!r}.")
    return rate


def read_faults(asked: Mapping[str, object]) -> dict[str, float]:
    """Return the rate of every fault, 0 where none was asked; raise Refused on an unknown one."""
    for kind in asked:
        if kind not in FAULTS:
            raise Refused(f"There is no fault {kind!r}. Known: {', '.join(FAULTS)}.")
    return {kind: read_rate(kind, asked.get(kind, 0)) for kind in FAULTS}


def read_switches(now: Mapping[str, object], asked: Mapping[str, object]) -> Json:
    """Return the switches `now` changed by `asked`; raise Refused on what makes no sense."""
    for name, value in asked.items():
        if name not in SWITCHES:
            raise Refused(f"There is no switch {name!r}. Known: {', '.join(SWITCHES)}.")
        if name in CHOICES and value not in CHOICES[name]:
            raise Refused(f"{name} is one of {', '.join(CHOICES[name])}, not {value!r}.")
        if name == "answers":
            read_rate(name, value)
        if name == "auto_reply" and not isinstance(value, bool):
            raise Refused("auto_reply is true or false.")
        if name == "seed" and (not isinstance(value, int) or isinstance(value, bool)):
            raise Refused("seed is a whole number.")
        if name in ("rate_limit", "silence_seconds"):
            read_number(name, value)
    return {**now, **asked}
