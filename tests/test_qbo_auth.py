"""Credentials, where tokens are kept, and refreshing them once."""

from __future__ import annotations

import stat
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from recon.errors import AuthError, BusyError, ConfigError
from recon.qbo.auth import SignIn
from recon.qbo.client import QboClient, sandbox_client
from recon.qbo.credentials import AppKeys, Credentials
from recon.qbo.safe import FileSafe, KeyringSafe
from recon.qbo.tokens import KeptTokens, MemoryStore, Tokens
from recon.sandbox.books.switches import Switches
from recon.sandbox.server import Sandbox

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def credentials(sandbox: Sandbox, **changed: str) -> Credentials:
    """Of the sandbox's one app."""
    told = sandbox.describe()
    return Credentials(
        **{
            "realm_id": told["realm_id"],
            "client_id": told["client_id"],
            "client_secret": told["client_secret"],
            "environment": told["discovery_url"],
            "base_url": told["base_url"],
            **changed,
        }
    )


def test_no_secret_is_shown() -> None:
    """Neither credentials nor tokens nor clients show a secret when printed."""
    mine = Credentials("1", "app", "s3cret", "sandbox")
    tokens = Tokens("acc3ss", "r3fresh")
    sign_in = SignIn(mine, MemoryStore(tokens))
    with QboClient(sign_in) as client:
        said = repr((mine, tokens, MemoryStore(tokens), sign_in, client))
    for secret in ("s3cret", "acc3ss", "r3fresh"):
        assert secret not in said


def test_plain_http_only_to_this_machine() -> None:
    """Tokens never travel over a network unencrypted."""
    with pytest.raises(ConfigError, match="not reached over https"):
        Credentials("1", "a", "b", "http://example.com/discovery", "http://example.com")
    with pytest.raises(ConfigError, match="not reached over https"):
        Credentials("1", "a", "b", "http://127.0.0.1/discovery", "http://127.0.0.1.example.com")


def test_an_expired_token_is_refreshed_once_and_kept() -> None:
    """401 leads to one refresh, what came back is kept, and the call is answered."""
    with Sandbox(switches=Switches(token_rotation="rotate")) as sandbox:
        store = MemoryStore(Tokens("stale", sandbox.refresh_token))
        with QboClient(SignIn(credentials(sandbox), store)) as client:
            assert client.query("SELECT * FROM CompanyInfo")
            assert store.tokens is not None
            assert store.tokens.access_token != "stale"
            assert store.tokens.refresh_token != sandbox.refresh_token
            assert client.query("SELECT * FROM CompanyInfo")
        calls = sandbox.counters()
    assert calls["POST query"] == 3  # refused, answered, answered


def test_clients_of_many_threads_refresh_together_once() -> None:
    """Whoever comes second uses what the first one got; with rotation a second refresh fails."""
    with Sandbox(switches=Switches(token_rotation="rotate")) as sandbox:
        sign_in = SignIn(credentials(sandbox), MemoryStore(Tokens("stale", sandbox.refresh_token)))
        clients = [QboClient(sign_in) for _ in range(4)]
        answers: list[int] = []

        def ask(client: QboClient) -> None:
            answers.append(len(client.query("SELECT * FROM CompanyInfo")))
            client.close()

        threads = [threading.Thread(target=ask, args=(c,)) for c in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [1, 1, 1, 1]


def test_a_refused_refresh_asks_to_connect_again() -> None:
    """A revoked or lost refresh token is AuthError, and its text holds no token."""
    with Sandbox() as sandbox:
        store = MemoryStore(Tokens("stale", "l0st"))
        with (
            QboClient(SignIn(credentials(sandbox), store)) as client,
            pytest.raises(AuthError, match="Connect to QuickBooks again") as caught,
        ):
            client.query("SELECT * FROM CompanyInfo")
    assert "l0st" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_sign_in_server_that_is_not_there_is_busy() -> None:
    """No connection for the refresh: run it again later."""
    with Sandbox() as sandbox:
        gone = credentials(sandbox, environment="http://127.0.0.1:9/none")
        with (
            QboClient(SignIn(gone, MemoryStore(Tokens("stale", "r")))) as client,
            pytest.raises(BusyError, match="sign-in server cannot be reached"),
        ):
            client.query("SELECT * FROM CompanyInfo")


def test_a_company_that_was_never_connected() -> None:
    """No tokens: say so before anything is called."""
    with (
        QboClient(SignIn(Credentials("7", "a", "b"), MemoryStore())) as client,
        pytest.raises(AuthError, match="Company 7 is not connected"),
    ):
        client.query("SELECT * FROM CompanyInfo")


def of_company(safe: FileSafe | KeyringSafe, realm_id: str = "1") -> KeptTokens:
    """A company's tokens in a safe."""
    return KeptTokens(safe, realm_id, "sandbox")


def test_a_token_file_is_its_owners_alone(tmp_path: Path) -> None:
    """The file is 0600, is replaced whole, and gives back what was kept, ends and all."""
    safe = FileSafe(tmp_path / "tokens.json")
    assert of_company(safe).load() is None
    for tokens in (Tokens("one", "r"), Tokens("two", "r", NOW, NOW, None)):
        of_company(safe).save(tokens)
        assert of_company(safe).load() == tokens
    if sys.platform != "win32":
        assert stat.S_IMODE(safe.path.stat().st_mode) == 0o600
        safe.path.chmod(0o640)
        with pytest.raises(ConfigError, match="others on this computer may read it"):
            of_company(safe).load()
    assert not (tmp_path / "tokens.json.new").exists()


def test_one_file_holds_many_companies_and_the_apps_keys(tmp_path: Path) -> None:
    """Entries do not disturb each other, and each can be forgotten by itself."""
    safe = FileSafe(tmp_path / "tokens.json")
    keys = AppKeys("app", "s3cret", "sandbox")
    keys.keep(safe)
    for realm_id in ("1", "2"):
        of_company(safe, realm_id).save(Tokens(f"a{realm_id}", "r"))
    of_company(safe, "1").forget()
    assert of_company(safe, "1").load() is None
    assert of_company(safe, "2").load() == Tokens("a2", "r")
    assert AppKeys.kept(safe, "sandbox") == AppKeys.kept(safe, "sandbox", "app") == keys
    assert AppKeys.kept(safe, "sandbox", "other") is AppKeys.kept(safe, "production") is None


@pytest.mark.parametrize("text", ['{"tokens": "acc3ss"', '["acc3ss"]', '{"a": {"b": "acc3ss"}}'])
def test_a_spoiled_token_file_is_not_quoted(tmp_path: Path, text: str) -> None:
    """What cannot be read may be half a secret."""
    path = tmp_path / "tokens.json"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        of_company(FileSafe(path)).load()
    assert "acc3ss" not in str(caught.value)


def test_another_companys_sign_in_is_refused(tmp_path: Path) -> None:
    """A file that was copied or edited does not let one company's tokens into another's call."""
    safe = FileSafe(tmp_path / "tokens.json")
    of_company(safe, "1").save(Tokens("acc3ss", "r"))
    text = safe.path.read_text("utf-8").replace("tokens:sandbox:1", "tokens:sandbox:2")
    safe.path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="is for company 1") as caught:
        of_company(safe, "2").load()
    assert "acc3ss" not in str(caught.value)


def test_a_missing_keyring_is_one_sentence(tmp_path: Path) -> None:
    """Without a keyring nothing falls back to plain text by itself."""
    with pytest.raises(ConfigError, match="keyring cannot be used"):
        of_company(KeyringSafe(tmp_path)).save(Tokens("a", "r"))
    assert list(tmp_path.iterdir()) == []


class SmallKeyring(keyring.backend.KeyringBackend):
    """A keyring that takes as little as that of Windows does."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """What was kept."""
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep up to 2560 bytes, two a character."""
        if len(password) > 1280:
            raise keyring.errors.PasswordSetError("The stub received bad data")
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Delete, or say that it is not there."""
        if self.entries.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("not there")


@pytest.fixture
def small_keyring() -> Iterator[SmallKeyring]:
    """The small keyring in place of the test run's own."""
    before, small = keyring.get_keyring(), SmallKeyring()
    keyring.set_keyring(small)
    yield small
    keyring.set_keyring(before)


def test_long_tokens_fit_into_a_keyring_of_small_entries(
    tmp_path: Path, small_keyring: SmallKeyring
) -> None:
    """Parts lie in entries of their own, old parts are deleted, a missing part is no token."""
    store = of_company(KeyringSafe(tmp_path))
    long, short = Tokens("a" * 4096, "r" * 512, NOW), Tokens("a", "r")
    for tokens, entries in ((short, 1), (long, 6), (long, 6), (short, 1), (long, 6)):
        store.save(tokens)
        assert store.load() == tokens
        assert len(small_keyring.entries) == entries
    part = next(name for name in small_keyring.entries if "#" in name[1])
    gone = small_keyring.entries.pop(part)
    with pytest.raises(ConfigError, match="cannot be read"):
        store.load()
    small_keyring.entries[part] = gone
    store.forget()
    store.forget()
    assert small_keyring.entries == {}
    with store.lock():
        assert [p.name for p in tmp_path.iterdir()] == ["tokens-sandbox-1.lock"]


def test_a_token_is_renewed_before_it_ends_and_its_ends_are_known() -> None:
    """By the clock, without losing a call; only a new refresh token, after a day, lasts longer."""
    now = NOW
    with Sandbox(clock=lambda: now) as sandbox:
        store = MemoryStore(Tokens(sandbox.access_token, sandbox.refresh_token))
        sign_in = SignIn(credentials(sandbox), store, lambda: now)
        first = sign_in.refreshed(sandbox.access_token)
        granted = sign_in.tokens
        assert granted.access_until == NOW + timedelta(hours=1)
        assert granted.idle_until == NOW + timedelta(days=100)
        assert granted.hard_until == NOW + timedelta(days=5 * 365)
        assert granted.days_left(NOW) == 100
        now = NOW + timedelta(minutes=58)
        assert sign_in.access_token() == first
        now = NOW + timedelta(minutes=59, seconds=30)
        assert sign_in.access_token() != first
        assert sign_in.tokens.hard_until == granted.hard_until
        assert sign_in.tokens.idle_until == granted.idle_until
        now = NOW + timedelta(days=2)
        assert sign_in.access_token() != first
        assert sign_in.tokens.idle_until == now + timedelta(days=100)
        assert sign_in.tokens.hard_until == granted.hard_until
        assert sandbox.counters() == {}
    assert Tokens("a", "r").days_left(NOW) is None
    assert Tokens("a", "r", None, NOW, NOW).days_left(NOW + timedelta(days=1)) == -1


def test_wrong_keys_of_the_app_are_told_from_a_lost_sign_in() -> None:
    """invalid_client: look at the keys, not at the connection."""
    with Sandbox() as sandbox:
        mine = credentials(sandbox, client_secret="wr0ng")
        sign_in = SignIn(mine, MemoryStore(Tokens("stale", sandbox.refresh_token)))
        with pytest.raises(AuthError, match="does not know the app's keys") as caught:
            sign_in.refreshed("stale")
    assert "wr0ng" not in str(caught.value)


def test_the_sandboxs_description_must_be_whole() -> None:
    """What is missing is named."""
    with pytest.raises(ConfigError, match="lacks client_id"):
        sandbox_client({"realm_id": "1"})


def test_a_server_elsewhere_is_no_sandbox() -> None:
    """Real books behind another address must not lose their guards."""
    here, there = "http://127.0.0.1:9/d", "https://quickbooks.example.com/"
    for environment, base_url in ((here, there), (there, here)):
        with pytest.raises(ConfigError, match="not on this computer"):
            AppKeys("a", "b", environment, base_url=base_url)
        with pytest.raises(ConfigError, match="not on this computer"):
            Credentials("1", "a", "b", environment, base_url)


@pytest.mark.parametrize("elsewhere", ["base_url", "discovery_url"])
def test_what_is_called_a_sandbox_is_on_this_computer(elsewhere: str) -> None:
    """A real company's address in the description must not pass for a sandbox."""
    here = "http://127.0.0.1:9/"
    names = ("realm_id", "client_id", "client_secret", "access_token", "refresh_token")
    told = {**dict.fromkeys(names, "x"), "base_url": here, "discovery_url": here}
    sandbox_client(told).close()
    with pytest.raises(ConfigError, match="not on this computer"):
        sandbox_client({**told, elsewhere: "https://quickbooks.example.com/"})
