"""Connecting a company: consent, the way back to this computer, and addresses that are pasted."""

from __future__ import annotations

import contextlib
import json
import socket
import stat
import sys
import threading
import webbrowser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from test_cli import one_sentence, recon, told

from recon.company.connection import (
    allow_writes,
    begin,
    client_of,
    connection_of,
    disconnect,
    finish,
    may_write,
)
from recon.errors import AuthError, ConfigError, InputError, ReconError, WorkspaceError
from recon.qbo.consent import Consent
from recon.qbo.consent import begin as begin_consent
from recon.qbo.credentials import AppKeys
from recon.qbo.loopback import Listener
from recon.qbo.safe import FileSafe, KeyringSafe
from recon.reconciliation import Reconciliation
from recon.sandbox.demo import demo_company
from recon.sandbox.server import Sandbox

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OWN_PAGE = "https://books.example.com/qbo"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """An empty company, whose consent page says yes at once."""
    with Sandbox() as made:
        yield made


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def keys(sandbox: Sandbox, redirect_uri: str = OWN_PAGE) -> AppKeys:
    """The sandbox's app, coming back to some page."""
    return AppKeys(
        sandbox.client_id, sandbox.client_secret, sandbox.discovery_url, redirect_uri,
        sandbox.base_url,
    )  # fmt: skip


def session() -> requests.Session:
    """A browser without proxies."""
    made = requests.Session()
    made.trust_env = False
    return made


def arrived_at(address: str) -> str:
    """Where the consent page at an address sends the browser."""
    with session() as browser:
        answer = browser.get(address, allow_redirects=False, timeout=5)
    return str(answer.headers["Location"])


def arrival(consent: Consent) -> str:
    """Where the person arrives after saying yes."""
    return arrived_at(consent.address)


def test_the_address_asks_for_accounting_and_nothing_else(sandbox: Sandbox) -> None:
    """Scope, redirect and an unguessable state that differs each time."""
    one, other = (begin_consent(keys(sandbox)) for _ in range(2))
    asked = parse_qs(urlsplit(one.address).query)
    assert asked["scope"] == ["com.intuit.quickbooks.accounting"]
    assert asked["redirect_uri"] == [OWN_PAGE]
    assert asked["state"] == [one.state]
    assert len(one.state) >= 40
    assert one.state != other.state
    for secret in (one.state, sandbox.client_secret):
        assert secret not in repr(one)


def test_a_pasted_address_connects(sandbox: Sandbox) -> None:
    """However it was copied: with blanks, line breaks, quotes or a fragment."""
    for spoil in (str, lambda a: f"  {a}\n", lambda a: f'"{a[:40]}\n{a[40:]}"', lambda a: f"{a}#x"):
        consent = begin_consent(keys(sandbox))
        connected = consent.finish(spoil(arrival(consent)))
        assert connected.credentials.realm_id == sandbox.realm_id
        assert connected.tokens.days_left(consent.clock()) in {99, 100}
        with pytest.raises(AuthError, match="attempt to connect is over"):
            consent.finish(arrival(consent))


WRONG: list[tuple[Any, type[ReconError], str]] = [
    (lambda _c, _a: "", InputError, "Nothing was pasted"),
    (lambda _c, _a: " \n ", InputError, "Nothing was pasted"),
    (lambda c, _a: c.address, InputError, "address where consent is asked for"),
    (lambda _c, a: parse_qs(urlsplit(a).query)["code"][0], InputError, "not an address"),
    (lambda _c, _a: "http://[1", InputError, "not an address"),
    (lambda _c, a: a + "&x=" + "y" * 5000, InputError, "not an address"),
    (lambda _c, a: a.replace("books.example", "evil.example"), InputError, "at books.example.com"),
    (lambda _c, _a: OWN_PAGE, InputError, "another attempt to connect"),
    (lambda c, a: a.replace(c.state, "x" * 43), InputError, "another attempt to connect"),
    (lambda c, a: a.replace(c.state, "\udce9"), InputError, "another attempt to connect"),
    (lambda c, a: f"{a}&state={c.state}", InputError, "says something twice"),
    (lambda c, _a: f"{OWN_PAGE}?error=access_denied&state={c.state}", AuthError, "told not to"),
    (lambda c, _a: f"{OWN_PAGE}?error=x&state={c.state}", AuthError, "did not give its consent"),
    (lambda c, _a: f"{OWN_PAGE}?realmId=1&state={c.state}", InputError, "no code"),
    (lambda c, _a: f"{OWN_PAGE}?code=x&state={c.state}", InputError, "which company"),
    (lambda c, _a: f"{OWN_PAGE}?code=x&realmId=../2&state={c.state}", InputError, "which company"),
]


@pytest.mark.parametrize(("wrong", "error", "says"), WRONG)
def test_each_wrong_paste_is_a_sentence_and_may_be_mended(
    sandbox: Sandbox, wrong: Any, error: type[ReconError], says: str
) -> None:
    """What it seems to be, what to do; nothing is quoted, and the right one still works."""
    consent = begin_consent(keys(sandbox))
    address = arrival(consent)
    code = parse_qs(urlsplit(address).query)["code"][0]
    with pytest.raises(error, match=says) as caught:
        consent.finish(wrong(consent, address))
    assert code not in str(caught.value)
    assert consent.state not in str(caught.value)
    assert consent.finish(address).credentials.realm_id == sandbox.realm_id


def test_an_old_attempt_and_a_used_code_connect_nothing(sandbox: Sandbox) -> None:
    """After an hour the attempt is over; a code that Intuit does not take is said to be old."""
    now = NOW
    consent = begin_consent(keys(sandbox), clock=lambda: now)
    address = arrival(consent)
    now += timedelta(minutes=61)
    with pytest.raises(AuthError, match="is over"):
        consent.finish(address)
    consent = begin_consent(keys(sandbox))
    spent = arrival(consent).replace("code=AB11", "code=AB12")
    with pytest.raises(AuthError, match="too old") as caught:
        consent.finish(spent)
    assert "AB12" not in str(caught.value)


@pytest.mark.parametrize(
    "redirect", ["http://localhost:8765/callback", "https://localhost/x", "https://10.0.0.1/x"]
)
def test_production_comes_back_to_a_page_of_ones_own(redirect: str) -> None:
    """Intuit takes neither localhost nor numbers nor plain http for real books."""
    with pytest.raises(ConfigError):
        AppKeys("a", "b", "production", redirect)
    assert AppKeys("a", "b", "production", OWN_PAGE).world == "production"


@contextlib.contextmanager
def listening(sandbox: Sandbox, life_s: float = 5) -> Iterator[tuple[Consent, Listener, str]]:
    """A consent that comes back to this computer, its listener, and the listener's address."""
    place = f"http://localhost:{free_port()}/callback"
    consent = begin_consent(keys(sandbox, place))
    with Listener(consent, life_s) as listener:
        yield consent, listener, place.replace("localhost", "127.0.0.1")


def test_the_browser_comes_back_once(sandbox: Sandbox) -> None:
    """The page repeats nothing, is not kept, leaves no address; a second arrival is refused."""
    with listening(sandbox) as (consent, listener, _), session() as browser:
        address = arrival(consent)
        page = browser.get(address, timeout=5)
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "script-src 'sha256-" in page.headers["Content-Security-Policy"]
        assert "history.replaceState" in page.text
        for value in parse_qs(urlsplit(address).query).values():
            assert value[0] not in page.text
        again = browser.get(address, timeout=5)
        assert again.status_code == 404
        assert consent.finish(listener.wait()).credentials.realm_id == sandbox.realm_id


def test_nobody_else_is_listened_to(sandbox: Sandbox) -> None:
    """Another path, state, method or host name, two states: refused, and the wait goes on."""
    with listening(sandbox, life_s=0.01) as (consent, listener, here), session() as browser:
        base = here.removesuffix("/callback")
        good = f"?code=x&realmId=1&state={consent.state}"
        for address in (
            f"{base}/{good}", f"{here}/x{good}", here, f"{here}?state=", f"{here}?state=%FF",
            f"{here}{good}&state={consent.state}", f"{here}{good}&x={'y' * 5000}",
        ):  # fmt: skip
            assert browser.get(address, timeout=5).status_code == 404
        rebound = browser.get(here + good, headers={"Host": "evil.example"}, timeout=5)
        assert rebound.status_code == 404
        assert browser.post(here + good, timeout=5).status_code == 501
        with pytest.raises(AuthError, match="Nobody came back"):
            listener.wait()


def test_a_browser_that_only_opens_a_connection_holds_nothing_up(sandbox: Sandbox) -> None:
    """Browsers connect ahead of time; the real request is answered beside it."""
    with listening(sandbox) as (consent, listener, here), session() as browser:
        with socket.create_connection(("127.0.0.1", urlsplit(here).port), timeout=5):
            assert browser.get(arrival(consent), timeout=5).status_code == 200
        assert consent.state in listener.wait()


def test_a_port_that_is_taken_and_a_page_elsewhere_are_sentences(sandbox: Sandbox) -> None:
    """The listener says what else can be done."""
    with listening(sandbox) as (consent, _, _), pytest.raises(ConfigError, match="is taken"):
        Listener(consent).__enter__()
    with pytest.raises(ConfigError, match="Paste the address"):
        Listener(begin_consent(keys(sandbox)))


def opened(folder: Path) -> Reconciliation:
    """A new workspace."""
    return Reconciliation.open(folder / "books.recon", clock=lambda: datetime.now(UTC))


def test_a_workspace_is_connected_and_calls(sandbox: Sandbox, tmp_path: Path) -> None:
    """It remembers company, app and place; the secrets are in the safe alone, for its owner."""
    r, safe = opened(tmp_path), FileSafe(tmp_path / "secrets.json")
    consent = begin(r, keys(sandbox), safe)
    assert finish(r, consent, arrival(consent), safe) == "Sandbox Company"
    held = connection_of(r.store)
    assert held is not None
    assert (held.realm_id, held.world, held.token_file) == (
        sandbox.realm_id, "sandbox", str(safe.path),
    )  # fmt: skip
    tokens = held.tokens.load()
    assert tokens is not None
    in_workspace = b"".join(file.read_bytes() for file in tmp_path.glob("books.recon*"))
    for secret in (sandbox.client_secret, tokens.access_token, tokens.refresh_token):
        assert secret.encode() not in in_workspace
        assert secret in safe.path.read_text("utf-8")
    if sys.platform != "win32":
        assert stat.S_IMODE(safe.path.stat().st_mode) == 0o600
    client = client_of(r)
    assert client is not None
    with client:
        assert client.company() == "Sandbox Company"
    disconnect(r)
    assert connection_of(r.store) is client_of(r) is None
    assert held.tokens.load() is None
    r.store.close()


def test_another_company_than_the_workspaces_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    """Before a code is spent when the realm is known, afterwards by name; nothing is kept."""
    safe = FileSafe(tmp_path / "secrets.json")
    r = opened(tmp_path)
    r.store.bind("4711", "sandbox", "Other", "invoiceninja")
    consent = begin(r, keys(sandbox), safe)
    with pytest.raises(WorkspaceError, match="belongs to company 4711"):
        finish(r, consent, arrival(consent), safe)
    with pytest.raises(WorkspaceError, match="keys for production"):
        begin(r, AppKeys("a", "b", "production", OWN_PAGE), safe)
    r.store.close()
    (tmp_path / "files").mkdir()
    r = opened(tmp_path / "files")
    r.store.bind("", "files", "Other", "invoiceninja")
    consent = begin(r, keys(sandbox), safe)
    with pytest.raises(WorkspaceError, match="belongs to"):
        finish(r, consent, arrival(consent), safe)
    assert connection_of(r.store) is None
    assert not safe.path.exists()
    r.store.close()


def test_a_safe_that_cannot_be_used_is_told_before_anybody_says_yes(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """A code that was given and could not be kept would be lost."""
    r = opened(tmp_path)
    with pytest.raises(ConfigError, match="keyring cannot be used"):
        begin(r, keys(sandbox), KeyringSafe(tmp_path))
    (tmp_path / "no folder").write_text("a file", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be written to"):
        begin(r, keys(sandbox), FileSafe(tmp_path / "no folder" / "secrets.json"))
    r.store.close()


def test_real_books_are_read_only_until_somebody_says_so(tmp_path: Path) -> None:
    """Once, by name, for that company; it can be taken back, and another company is another."""
    r = opened(tmp_path)
    assert may_write(r.store)
    with pytest.raises(WorkspaceError, match="not connected"):
        allow_writes(r, by="Ann")
    connection = {"realm_id": "1", "environment": "production", "client_id": "a"}
    r.store.note("connection", json.dumps(connection))
    assert not may_write(r.store)
    with pytest.raises(InputError, match="Nobody is named"):
        allow_writes(r, by=" ")
    allow_writes(r, by="Ann")
    assert may_write(r.store)
    r.store.note("connection", json.dumps({**connection, "realm_id": "2"}))
    assert not may_write(r.store)
    r.store.close()


class Visiting(webbrowser.BaseBrowser):
    """A browser that goes where it is sent, in the background."""

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        """Visit."""
        threading.Thread(target=self._visit, args=(url,)).start()
        return True

    def _visit(self, url: str) -> None:
        with session() as browser:
            browser.get(url, timeout=5)


def test_the_command_line_connects_pulls_and_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From nothing to a pull of the live company, by browser; the doctor knows its days."""
    monkeypatch.setattr(webbrowser, "_tryorder", ["visiting"])
    monkeypatch.setattr(webbrowser, "_browsers", {"visiting": [None, Visiting()]})
    demo = demo_company(40, 3)
    demo.app.write_exports(tmp_path / "exports")
    workspace, safe = tmp_path / "books.recon", tmp_path / "secrets.json"
    with Sandbox(demo.company) as sandbox:
        (tmp_path / "qbo.json").write_text(json.dumps(sandbox.describe()), encoding="utf-8")
        recon("open", workspace, "--app", tmp_path / "exports")
        assert "never said" in one_sentence(recon("pull", workspace, ok=False))
        said = recon(
            "connect", workspace, "--sandbox", tmp_path / "qbo.json", "--token-file", safe,
            "--redirect", f"http://localhost:{free_port()}/callback",
        ).stdout  # fmt: skip
        assert f"company {sandbox.realm_id}" in said
        counts = told("pull", workspace)["qbo"]
        assert counts["customers"] > 0
        before = sandbox.counters()
        assert told("pull", workspace)["qbo"] == counts
        since = {k: n - before.get(k, 0) for k, n in sandbox.counters().items()}
        assert told("pull", workspace, "--whole")["qbo"] == counts
        reads = sum(sandbox.counters().values())
        assert since["GET cdc"] == 1
        told_ = {each["what"]: each for each in told("doctor", workspace, "--online")}
        assert "ends if it is not used in " in told_["connection"]["says"]
        assert f"{reads - 1:,} this month" in told_["reads"]["says"]  # connecting was not yet ours
        recon("settings", workspace, "--set", "monthly_reads=100")
        few = {each["what"]: each for each in told("doctor", workspace)}
        assert few["reads"]["do"].startswith("Pull less often")
        assert "QuickBooks answers" in told_["online"]["says"]
        assert "may be written to" in told_["writes"]["says"]
        assert "cannot be used" in told_["keyring"]["says"]  # conftest sees to that
        assert sandbox.client_secret not in json.dumps(told_)
        assert "connected to a live company already" in one_sentence(
            recon("open", workspace, "--app", tmp_path / "exports", "--qbo",
                  tmp_path / "qbo.json", ok=False)
        )  # fmt: skip
        recon("connect", workspace, "--end")
    ended = {each["what"]: each for each in told("doctor", workspace)}
    assert ended["connection"]["do"].startswith("recon connect")


def test_the_command_line_takes_a_pasted_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    """A wrong paste is told and may be mended; what is pasted is not shown."""
    demo_company(40, 3).app.write_exports(tmp_path / "exports")
    (tmp_path / "qbo.json").write_text(json.dumps(sandbox.describe()), encoding="utf-8")
    answers = iter(("nonsense", None))

    def typed(_text: str, **how: Any) -> str:
        assert how["hide_input"]
        shown = str(sys.stdout.getvalue())  # type: ignore[attr-defined]
        address = next(line for line in shown.splitlines() if line.startswith("http"))
        return next(answers) or arrived_at(address)

    monkeypatch.setattr("recon.cli.connection.typer.prompt", typed)
    said = recon(
        "connect", tmp_path / "books.recon", "--app", tmp_path / "exports", "--sandbox",
        tmp_path / "qbo.json", "--token-file", tmp_path / "secrets.json", "--paste",
        "--redirect", OWN_PAGE,
    ).stdout  # fmt: skip
    assert "not an address" in said
    assert "Connected to Sandbox Company" in said


def test_allow_and_doctor_speak_of_real_books(tmp_path: Path) -> None:
    """Read-only is said and how to change it; then who allowed it."""
    r = opened(tmp_path)
    r.store.note(
        "connection",
        json.dumps({"realm_id": "1", "environment": "production", "client_id": "a",
                    "token_file": str(tmp_path / "none.json")}),
    )  # fmt: skip
    r.store.close()
    workspace = tmp_path / "books.recon"
    before = {each["what"]: each for each in told("doctor", workspace)}
    assert "only read" in before["writes"]["says"]
    assert "recon allow" in before["writes"]["do"]
    assert before["connection"]["do"].startswith("recon connect")
    recon("allow", workspace, "--by", "Ann")
    after = {each["what"]: each for each in told("doctor", workspace)}
    assert "Allowed by Ann" in after["writes"]["says"]
    recon("allow", workspace, "--read-only")
    assert "only read" in recon("doctor", workspace).stdout
