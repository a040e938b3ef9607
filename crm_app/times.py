"""How times are said on the screen: in the company's zone, short, with the exact one beside."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crm_app.settings import settings


def company_zone() -> ZoneInfo:
    """Return the firm's own time zone."""
    return ZoneInfo(settings().company_timezone)


def local(at: datetime) -> datetime:
    """Return the aware time `at` on the company's clock."""
    return at.astimezone(company_zone())


def hour(at: datetime) -> str:
    """Say the time of day, as in "9:02 AM"."""
    return local(at).strftime("%-I:%M %p")


def exact(at: datetime) -> str:
    """Say everything, as in "Mon, Nov 3, 2025, 9:02 AM"."""
    return f"{local(at):%a, %b %-d, %Y}, {hour(at)}"


def day(at: datetime, now: datetime) -> str:
    """Say the day: "Today", "Yesterday", "Mon, Nov 3", and the year when it is another one."""
    there, here = local(at).date(), local(now).date()
    if there == here:
        return "Today"
    if there == here - timedelta(days=1):
        return "Yesterday"
    return f"{there:%a, %b %-d}" if there.year == here.year else f"{there:%b %-d, %Y}"


def ago(at: datetime, now: datetime) -> str:
    """Say a past time briefly: "now", "2 min ago", "3 h ago", "Mon 9:02 AM", "Nov 3"."""
    seconds = (now - at).total_seconds()
    if seconds < 45:
        return "now"
    if seconds < 3600:
        return f"{max(1, round(seconds / 60))} min ago"
    if local(at).date() == local(now).date():
        return f"{int(seconds // 3600)} h ago"
    if seconds < 6 * 86400:
        return f"{local(at):%a} {hour(at)}"
    return day(at, now).split(", ", 1)[-1] if local(at).year == local(now).year else day(at, now)


def ahead(at: datetime, now: datetime) -> str:
    """Say a coming time: "9:00 AM" today, "9:00 AM Monday" this week, else with the date."""
    days = (local(at).date() - local(now).date()).days
    if days <= 0:
        return hour(at)
    return f"{hour(at)} {local(at):%A}" if days < 7 else f"{hour(at)} {local(at):%a, %b %-d}"
