"""Two processes refresh at once, with a QuickBooks that replaces the refresh token each time."""

from __future__ import annotations

import multiprocessing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from test_apply_crash import context

from recon.qbo.auth import SignIn
from recon.qbo.client import QboClient
from recon.qbo.credentials import Credentials
from recon.qbo.safe import FileSafe
from recon.qbo.tokens import KeptTokens, Tokens
from recon.sandbox.books.switches import Switches
from recon.sandbox.server import Sandbox


def of_sandbox(told: Mapping[str, str], path: str) -> SignIn:
    """The sandbox's company, its tokens in a file."""
    mine = Credentials(
        told["realm_id"], told["client_id"], told["client_secret"], told["discovery_url"],
        told["base_url"],
    )  # fmt: skip
    return SignIn(mine, KeptTokens(FileSafe(Path(path)), mine.realm_id, mine.environment))


def work(told: Mapping[str, str], path: str, rounds: int, together: Any, said: Any) -> None:
    """A child: round after round, renew what is kept at the same moment as the other, and write."""
    sign_in = of_sandbox(told, path)
    name = multiprocessing.current_process().name
    with QboClient(sign_in) as client:
        for number in range(rounds):
            stale = sign_in.tokens.access_token
            together.wait(60)
            sign_in.refreshed(stale)
            client.create("Customer", {"DisplayName": f"{name} {number}"})
            together.wait(60)
    said.put(rounds)


def race(tmp_path: Path, rounds: int) -> None:
    """Let two processes race; nobody loses a token, and nobody renews what is fresh."""
    here = context()  # one for all tests: the first one decides what children need not import
    together, said = here.Barrier(2), here.Queue()
    path = str(tmp_path / "secrets.json")
    with Sandbox(switches=Switches(token_rotation="rotate")) as sandbox:
        told = sandbox.describe()
        first = Tokens(sandbox.access_token, sandbox.refresh_token)
        KeptTokens(FileSafe(Path(path)), told["realm_id"], told["discovery_url"]).save(first)
        children = [
            here.Process(target=work, args=(told, path, rounds, together, said)) for _ in range(2)
        ]
        for child in children:
            child.start()
        for child in children:
            child.join(60 + rounds)
        assert [child.exitcode for child in children] == [0, 0]
        assert [said.get(timeout=10) for _ in children] == [rounds, rounds]
        written = [r["DisplayName"] for r in sandbox.save().records["Customer"]]
        assert len(written) == len(set(written)) == 2 * rounds
        kept = of_sandbox(told, path).tokens
        assert of_sandbox(told, path).refreshed(kept.access_token) != kept.access_token


@pytest.mark.slow
def test_two_processes_never_burn_each_others_token(tmp_path: Path) -> None:
    """Twenty rounds; in each both find the same token too old."""
    race(tmp_path, 20)


@pytest.mark.soak
def test_two_processes_never_burn_each_others_token_for_long(tmp_path: Path) -> None:
    """The same for two hundred rounds."""
    race(tmp_path, 200)
