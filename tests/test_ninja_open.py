"""A workspace whose app is read live: it remembers the address, and never a token."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from ninja_plan import plan
from ninja_talk import mowing_company
from sandbox_talk import garden_company
from test_cli import recon

from recon.apps.tokens import api_password
from recon.company.app_connection import by_hand_because, missing_password
from recon.company.opening import open_workspace
from recon.errors import ConfigError, InputError
from recon.sandbox.demo import demo_company
from recon.sandbox.invoiceninja import InvoiceNinjaSandbox
from recon.sandbox.server import Sandbox


class Memory(KeyringBackend):
    """A keyring that lasts as long as a test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """What was kept."""
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        self.kept[service, username] = password


@pytest.fixture
def memory() -> Iterator[Memory]:
    """The keyring of this test."""
    before, own = keyring.get_keyring(), Memory()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """QuickBooks' side from its lists."""
    folder = tmp_path / "lists"
    folder.mkdir()
    text = "Customer full name,Email\nRosebud Florist,rose@example.com\n"
    (folder / "customers.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def served() -> Iterator[InvoiceNinjaSandbox]:
    """The mowing company."""
    with InvoiceNinjaSandbox(mowing_company()) as sandbox:
        yield sandbox


def test_a_workspace_remembers_the_address_and_no_token(
    tmp_path: Path, lists: Path, served: InvoiceNinjaSandbox, memory: Memory
) -> None:
    """Opened again it pulls again; the token comes from the keyring and stands in no file."""
    workspace = tmp_path / "books.recon"
    keyring.set_password("reconbooks", served.base_url, served.token)
    open_workspace(workspace, served.base_url, lists)
    r = open_workspace(workspace)
    r.pull()
    assert r.books.app.counts()["customers"] == 3
    assert r.books.app.company.startswith("Pecan Hollow")
    assert len(r.books.app.payment_applications) == 1
    assert served.token.encode() not in workspace.read_bytes()


def test_the_token_of_the_environment_goes_to_its_own_address_only(
    tmp_path: Path, lists: Path, served: InvoiceNinjaSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workspace that somebody sent, with another address in it, does not get it."""
    workspace = tmp_path / "books.recon"
    r = open_workspace(workspace, served.base_url, lists)
    monkeypatch.setenv("INVOICENINJA_TOKEN", served.token)
    for meant in ("", "https://invoicing.co"):
        monkeypatch.setenv("INVOICENINJA_URL", meant)
        with pytest.raises(ConfigError, match="no API token") as caught:
            r.pull()
        assert served.token not in str(caught.value)
    assert served.counters() == {}
    monkeypatch.setenv("INVOICENINJA_URL", f"{served.base_url}/")
    r.pull()
    assert r.books.app.counts()["invoices"] == 3


def test_the_rest_works_without_the_token(
    tmp_path: Path, lists: Path, served: InvoiceNinjaSandbox, memory: Memory
) -> None:
    """Only a pull asks the app."""
    workspace = tmp_path / "books.recon"
    keyring.set_password("reconbooks", served.base_url, served.token)
    open_workspace(workspace, served.base_url, lists).pull()
    memory.kept.clear()
    assert len(open_workspace(workspace).forecast()) > 0


@pytest.mark.parametrize(
    ("where", "error"), [("http://example.com", ConfigError), ("nowhere", InputError)]
)
def test_a_side_that_cannot_be_is_refused_before_a_workspace_is_made(
    where: str, error: type[Exception], tmp_path: Path, lists: Path
) -> None:
    """An unencrypted address, and a folder that is not there."""
    with pytest.raises(error):
        open_workspace(tmp_path / "books.recon", where, lists)
    with pytest.raises(InputError):
        open_workspace(tmp_path / "books.recon", "https://invoicing.co", "https://example.com")
    assert not (tmp_path / "books.recon").exists()


def test_both_sides_live_go_through_to_a_plan(
    tmp_path: Path, served: InvoiceNinjaSandbox, memory: Memory
) -> None:
    """The app and QuickBooks, each over HTTP, in one workspace."""
    keyring.set_password("reconbooks", served.base_url, served.token)
    with Sandbox(garden_company()) as books:
        (tmp_path / "qbo.json").write_text(json.dumps(books.describe()), encoding="utf-8")
        r = open_workspace(tmp_path / "books.recon", served.base_url, tmp_path / "qbo.json")
        r.pull()
        effects = r.forecast().set_index("ref")["effect"]
        assert effects["app:customer:0001"] == "link"
        assert r.propose().table() is not None


def test_real_records_are_changed_only_after_somebody_said_so(
    tmp_path: Path, lists: Path, memory: Memory
) -> None:
    """Once, by name, for this address; another address is another company."""
    books = tmp_path / "books.recon"
    keyring.set_password("reconbooks", "https://invoicing.co", "a token")
    r = open_workspace(books, "https://invoicing.co", lists)
    assert r.writers["app"].may_write is False
    assert (r.writers["app"].environment, r.writers["app"].most_together) == ("production", 1)
    r.store.close()
    (told,) = [f for f in told_by_doctor(books) if f["what"] == "app"]
    assert (told["says"], "recon allow" in told["do"]) == (
        "Invoice Ninja at https://invoicing.co: its records are only read.", True,
    )  # fmt: skip
    recon("allow", books, "--by", " ", ok=False)
    recon("allow", books, "--by", "Ann")
    r = open_workspace(books)
    assert r.writers["app"].may_write
    r.store.close()
    (told,) = [f for f in told_by_doctor(books) if f["what"] == "app"]
    assert "changes allowed by Ann" in told["says"]
    moved = open_workspace(books, "https://ninja.example.com")
    assert moved.writers["app"].may_write is False
    moved.store.close()
    (told,) = [f for f in told_by_doctor(books) if f["what"] == "app"]
    assert "no API token" in told["says"]
    recon("open", books, "--app", "https://invoicing.co")
    recon("allow", books, "--read-only")
    assert open_workspace(books).writers["app"].may_write is False


def test_why_changes_are_hand_work_is_said(tmp_path: Path, lists: Path) -> None:
    """Read from exports, an app that has an API could be read over it."""
    exports = tmp_path / "exports"
    exports.mkdir()
    demo_company(40, 3).app.write_exports(exports)
    r = open_workspace(tmp_path / "books.recon", exports, lists)
    assert "app" not in r.writers
    assert "recon open WORKSPACE --app https://invoicing.co" in by_hand_because(r)
    assert not missing_password(r, plan([]))


def test_a_password_is_looked_for_where_the_token_is(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the keyring under the address, in the environment for the address that stands there."""
    url = "https://invoicing.co"
    with pytest.raises(ConfigError, match=re.escape(f'set reconbooks "{url} password"')):
        api_password("INVOICENINJA", url)
    monkeypatch.setenv("INVOICENINJA_PASSWORD", "from outside")
    monkeypatch.setenv("INVOICENINJA_URL", "https://elsewhere.example.com")
    with pytest.raises(ConfigError, match="no password") as caught:
        api_password("INVOICENINJA", url)
    assert "from outside" not in str(caught.value)
    keyring.set_password("reconbooks", f"{url} password", "kept")
    assert api_password("INVOICENINJA", url) == "kept"
    monkeypatch.setenv("INVOICENINJA_URL", f"{url}/")
    assert api_password("INVOICENINJA", url) == "from outside"


def told_by_doctor(books: Path) -> list[dict[str, str]]:
    """What `recon doctor` says of a workspace."""
    found: list[dict[str, str]] = json.loads(recon("doctor", books, "--json").stdout)
    return found
