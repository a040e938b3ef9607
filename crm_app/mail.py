"""E-mail to the owner, through the server of SMTP_URL (smtp://user:password@host:587)."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from crm_app.settings import settings

TIMEOUT_SECONDS = 10


def is_set_up() -> bool:
    """Return whether there is a server and somebody to write to."""
    return bool(settings().smtp_url.get_secret_value() and settings().alert_email)


def deliver(subject: str, body: str) -> str:
    """Send one e-mail; return "" or, for /admin and `doctor`, what is wrong with it."""
    try:
        send(subject, body)
    except (OSError, smtplib.SMTPException, ValueError) as found:
        return f"{type(found).__name__}: look at SMTP_URL"
    return ""


def send(subject: str, body: str) -> None:
    """Send one e-mail to ALERT_EMAIL; raise OSError, SMTPException or ValueError when it fails.

    smtps:// is TLS from the start; smtp:// becomes it (RFC 3207), with a password in any case.
    """
    url, message = urlsplit(settings().smtp_url.get_secret_value()), EmailMessage()
    message["From"] = message["To"] = settings().alert_email
    message["Date"], message["Message-ID"] = formatdate(), make_msgid()
    message["Subject"] = f"{settings().company_name}: {subject}"
    message.set_content(body)
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with kind(url.hostname or "", url.port or 0, timeout=TIMEOUT_SECONDS) as server:
        server.ehlo()
        if server.has_extn("starttls") or (url.username and url.scheme != "smtps"):
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.sendmail(message["From"], [message["To"]], message.as_bytes())
