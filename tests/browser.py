"""A real Chromium for tests: nothing may leave this machine, no page may fail.

Use with `pytest_plugins = ("browser",)`. Without Chromium
these tests are skipped, unless RECON_BROWSER=required says that they must run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, Route, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HERE = ("127.0.0.1", "localhost")
_ADDRESS = "http://127.0.0.1:9/"  # nobody listens there: the page is served by the test


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, started once."""
    if not CHROMIUM.exists():
        if os.environ.get("RECON_BROWSER") == "required":
            pytest.fail(f"RECON_BROWSER=required, but there is no {CHROMIUM}.")
        pytest.skip(f"there is no {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), headless=True, args=list(FLAGS)
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of its own; a page error or a request to elsewhere fails the test at its end."""
    context = chromium.new_context(viewport={"width": 1180, "height": 760})
    context.set_default_timeout(10_000)
    page = context.new_page()
    wrong: list[str] = []

    def asked(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in HERE:
            wrong.append(f"asked {address.scheme}://{address.hostname}")

    page.on("request", asked)
    page.on("websocket", lambda socket: wrong.extend(_elsewhere(socket.url)))
    page.on("pageerror", lambda error: wrong.append(f"page error: {error}"))
    yield page
    context.close()
    assert not wrong, wrong


@pytest.fixture
def blank(page: Page) -> Callable[[str, Path, str], None]:
    """Goes to a page with nothing on it but an empty `#host`.

    Told its title, the style sheet of what will be shown, and "true" for a light theme.
    """

    def gone(title: str, style: Path, theme: str) -> None:
        css = style.read_text(encoding="utf-8")
        html = (
            f'<!doctype html><html lang="en"><title>{title}</title><style>{css}</style>'
            f'<body data-jp-theme-light="{theme}"><main id="host"></main></body></html>'
        )

        def served(route: Route) -> None:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")

        page.route(_ADDRESS, served)
        page.goto(_ADDRESS)

    return gone


def _elsewhere(url: str) -> list[str]:
    host = urlsplit(url).hostname
    return [] if host in HERE else [f"asked {host}"]
