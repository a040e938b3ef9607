"""How times are said on the screen: in the company's zone, short, with the exact one beside."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm_app.settings import settings


def read(written: str) -> datetime:
    """Return a time as one writes it, like "2026-05-13 10:00", on our clock; ValueError if none."""
    at = datetime.fromisoformat(written)
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(settings().company_timezone))


def local(at: datetime) -> datetime:
    """Return the aware time `at` on the company's clock."""
    return at.astimezone(ZoneInfo(settings().company_timezone))


def hour(at: datetime) -> str:
    """Say the time of day, as in "9:02 AM"."""
    return f"{local(at):%-I:%M %p}"


def exact(at: datetime) -> str:
    """Say everything, as in "Mon, Nov 3, 2025, 9:02 AM"."""
    return f"{local(at):%a, %b %-d, %Y, %-I:%M %p}"


def day(at: datetime, now: datetime) -> str:
    """Say the day: "Today", "Yesterday", "Mon, Nov 3", and the year when it is another one."""
    there, here = local(at).date(), local(now).date()
    if here - there <= timedelta(days=1) and there <= here:
        return "Today" if there == here else "Yesterday"
    return f"{there:%a, %b %-d}" if there.year == here.year else f"{there:%b %-d, %Y}"


def ago(at: datetime, now: datetime) -> str:
    """Say a past time briefly: "now", "2 min ago", "3 h ago", "Mon 9:02 AM", "Mon, Nov 3"."""
    minutes = round((now - at).total_seconds() / 60)
    if minutes < 60:
        return f"{minutes} min ago" if minutes > 0 else "now"
    if local(at).date() == local(now).date():
        return f"{minutes // 60} h ago"
    return f"{local(at):%a %-I:%M %p}" if minutes < 6 * 24 * 60 else day(at, now)


def ahead(at: datetime, now: datetime) -> str:
    """Say a coming time: "9:00 AM" today, "9:00 AM Monday" this week, else with the date."""
    days = (local(at).date() - local(now).date()).days
    if days <= 0:
        return hour(at)
    return f"{hour(at)} {local(at):%A}" if days < 7 else f"{hour(at)} {local(at):%a, %b %-d}"


def turns(spec: str, now: datetime) -> tuple[datetime, datetime]:
    """Return the last and the next time of "03:00", "Sun 04:00" (both UTC), or "07:00 here"."""
    zone = ZoneInfo(settings().company_timezone) if spec.endswith(" here") else UTC
    day, _, hour = spec.removesuffix(" here").rpartition(" ")
    last = datetime.combine(now.astimezone(zone), time.fromisoformat(hour), zone)
    while last > now or (day and f"{last:%a}" != day):
        last -= timedelta(days=1)
    return last, last + timedelta(days=7 if day else 1)
