"""Fetching what a link of the provider leads to, and nothing else.

Public captures of OpenPhone's events (2022 to 2026) link to m.openph.one and to the folder
opstatics of storage.googleapis.com.
"""

import ipaddress
import socket
import time

import httpx

from crm_app.errors import CrmError
from crm_app.settings import settings

MOST_BYTES = 32 * 1024 * 1024  # a call of half an hour
SECONDS, TIMEOUT = 60.0, httpx.Timeout(10.0, connect=5.0)
FOREIGN = "The link does not lead to OpenPhone (MEDIA_HOSTS), so it was not followed"
GONE = "The link has expired or leads nowhere"
AWAY = "The file cannot be fetched: OpenPhone's storage does not answer"


class LaterError(CrmError):
    """It did not work now; another time it may."""


def allowed(link: str) -> httpx.URL:
    """Return a link that may be followed, parsed; raise CrmError for any other.

    In a sandbox those of the pretend OpenPhone; else https of what MEDIA_HOSTS names: hosts with
    all below them, or one folder of a host.
    """
    try:
        url = httpx.URL(link)
    except (httpx.InvalidURL, TypeError):
        raise CrmError(FOREIGN) from None
    ours, netloc = settings(), url.netloc.decode()
    if ours.is_sandbox:
        fits = f"{url.scheme}://{netloc}" == ours.provider_url
    else:
        fits = f"{url.scheme}://{netloc}" == f"https://{url.host}" and ".." not in url.path
        fits = fits and any(_is_below(url, place.strip()) for place in ours.media_hosts.split(","))
    if not fits or url.userinfo:
        raise CrmError(FOREIGN)
    return url


def _is_below(url: httpx.URL, place: str) -> bool:
    host, _, folder = place.lower().rstrip("/").partition("/")
    # Below the host of a shared storage lie strangers' buckets.
    is_host = url.host == host if folder else bool(host) and f".{url.host}".endswith(f".{host}")
    return is_host and (not folder or url.path.startswith(f"/{folder}/"))


def address_of(host: str) -> str:
    """Return the address that a host has now; raise CrmError for one that is not on the internet.

    Whoever connects uses this very address: asked again, a name might have moved (DNS rebinding).
    """
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)[0][4][0]
    address = ipaddress.ip_address(found)
    address = getattr(address, "ipv4_mapped", None) or address
    if not address.is_global or address.is_multicast or getattr(address, "sixtofour", None):
        raise CrmError("The link leads into a private network, so it was not followed")
    return str(address)


def download(link: str) -> bytes:
    """Return the bytes behind a link; raise LaterError, or CrmError where a repeat is no use.

    No redirect is followed; nobody else's proxy is asked; what comes compressed stays so.
    """
    url, until, data = allowed(link), time.monotonic() + SECONDS, bytearray()
    told = {"host": url.netloc.decode(), "accept-encoding": "identity"}
    try:
        if not settings().is_sandbox:
            url = url.copy_with(host=address_of(url.host))
        asked = httpx.Request("GET", url, headers=told, extensions={"sni_hostname": told["host"]})
        with httpx.Client(trust_env=False, timeout=TIMEOUT) as client:
            answer = client.send(asked, stream=True)
            if answer.is_redirect:
                raise CrmError("The link leads elsewhere, so it was not followed")
            if answer.status_code != httpx.codes.OK:
                raise LaterError(GONE if answer.is_client_error else AWAY)
            for piece in answer.iter_raw():
                data += piece
                if len(data) > MOST_BYTES:
                    raise CrmError(f"The file is larger than {MOST_BYTES >> 20} MB")
                if time.monotonic() > until:
                    raise LaterError("The file came too slowly")
    except (httpx.HTTPError, OSError) as problem:
        raise LaterError(AWAY) from problem
    return bytes(data)
