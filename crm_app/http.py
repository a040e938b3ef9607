"""The one place that makes HTTP clients: time-outs and nothing that repeats by itself."""

import httpx

TIMEOUT = httpx.Timeout(10.0, connect=3.0)


def client(base_url: str, headers: dict[str, str] | None = None) -> httpx.Client:
    """Return a client for one provider; it never follows a redirect and never retries."""
    return httpx.Client(
        base_url=base_url, headers=headers, timeout=TIMEOUT, follow_redirects=False, trust_env=False
    )
