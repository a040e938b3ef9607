"""The world outside as the machine plays it: the time, a provider, and what it truly took."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from crm_app.errors import Kind, ProviderError
from crm_app.openphone.client import Page, SentText
from crm_app.outbox.outcomes import Receipt
from crm_app.outbox.sending import Claimed

FAILS = {
    "again": Kind.AGAIN, "refused": Kind.REFUSED, "stopped": Kind.STOPPED,
    "lost": Kind.UNCERTAIN, "unclear": Kind.UNCERTAIN,
}  # fmt: skip
OUTCOMES = ["sent", *FAILS]  # "unclear" left all the same, "lost" did not


class Time:
    """The wall clock, which moves only when it is told to."""

    def __init__(self) -> None:
        self.at = datetime(2026, 6, 9, 14, tzinfo=UTC)

    def wall(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> datetime:
        self.at += timedelta(**time)
        return self.at


@dataclass
class Flight:
    """A claimed text in a worker's hands, and the provider's answer once it was called."""

    claimed: Claimed
    answer: Receipt | ProviderError | None = None


class Provider:
    """OpenPhone: answers as planned, and keeps every text that left."""

    def __init__(self, time: Time) -> None:
        self.time = time
        self.plan, self.row_id, self.is_broken, self.status = "sent", 0, False, "sent"
        self.left: Counter[int] = Counter()
        self.sent: list[tuple[str, SentText]] = []

    def send(self, *, own_number: str, to: str, body: str) -> Receipt:
        if self.plan in ("sent", "unclear"):
            self.left[self.row_id] += 1
            assert self.left[self.row_id] == 1, f"{to} was texted twice"
            told = SentText(f"ACout{len(self.sent)}", body, True, "sent", self.time.at)
            self.sent.append((to, told))
        if self.plan in FAILS:
            raise ProviderError(self.plan, FAILS[self.plan])
        return Receipt(self.sent[-1][1].id, at=self.time.at)

    def page(self, _number: str, e164: str, since: datetime, _token: str | None) -> Page:
        if self.is_broken:
            raise ProviderError("no list", Kind.UNCERTAIN)
        late = [one for to, one in self.sent if to == e164 and one.at and one.at >= since]
        return late, None

    def message(self, message_id: str) -> SentText:
        """Return a text that left as it stands now."""
        if self.is_broken:
            raise ProviderError("no message", Kind.UNCERTAIN)
        found = (one for _, one in self.sent if one.id == message_id)
        return replace(next(found), status=self.status)
