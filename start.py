"""Set recon up in its own folder, then do what the rest of the line asks.

    python3 start.py demo        set up on the first run, then run `recon demo`
    python3 start.py lab         open the notebooks
    python3 start.py test        add the test tools, then run the tests
    python3 start.py doctor      any other word goes to the `recon` command as it stands

On Windows, where Python's own installer names it so, write `py` for `python3`.

Needs Python 3.11 or newer and nothing else. Everything is installed into `.venv` beside this file:
exactly the versions and hashes of pins.txt (and pins-dev.txt for the tests), never the newest that
happens to be there. Remove that folder and nothing is left. The second start takes no time.
Contributors: `python3 start.py pins` renews both pin files from pyproject.toml.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
PROJECT = ROOT / "pyproject.toml"
PINS = ROOT / "pins.txt"
PINS_DEV = ROOT / "pins-dev.txt"
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "recon-setup.json"
PIP_LOG = VENV / "pip.log"

# Of a person's pip settings only those that say how the index is reached are kept: PIP_USER,
# PIP_TARGET, PIP_NO_BINARY and the like would send the packages elsewhere or build them here.
PIP_KEEPS = frozenset(
    f"PIP_{word}"
    for word in (
        *("CERT", "CLIENT_CERT", "KEYRING_PROVIDER", "PROXY", "TRUSTED_HOST"),
        *("CACHE_DIR", "NO_CACHE_DIR", "DEFAULT_TIMEOUT", "TIMEOUT", "RETRIES"),
        *("CONFIG_FILE", "INDEX_URL", "EXTRA_INDEX_URL", "FIND_LINKS", "NO_INDEX"),
    )
)


class SetupError(Exception):
    """The set-up cannot go on; the message says why and what to do."""


def main(words: Sequence[str]) -> int:
    """Exit code of what the words ask for; what goes wrong on the way is one sentence."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a folder's name may not fit the console's code page
    complaint = too_old(sys.version_info[:2])
    if complaint:
        return fail(complaint)
    try:
        return run(words)
    except SetupError as error:
        return fail(str(error))
    except (OSError, sqlite3.Error) as error:
        return fail(f"could not set up {VENV}: {error}")
    except KeyboardInterrupt:
        return fail("stopped; the same line goes on from here.", code=130)


def run(words: Sequence[str]) -> int:
    """Exit code of the command that the words name, after setting up what it needs."""
    if not words or words[0] in ("-h", "--help"):
        print(__doc__)
        if not is_ready(dev=False):
            return 0  # reading the help is no reason to install anything
    first, *others = words or ["--help"]
    prepare(dev=first in ("pins", "test"))
    if first == "pins":
        return renew_pins(others)
    if first == "test":
        os.chdir(ROOT)
        return hand_over([PYTHON, "-m", "pytest", "-n", "2", "--dist", "worksteal", *others])
    return hand_over([*recon_command(), first, *others])


def fail(sentence: str, code: int = 1) -> int:
    """The exit code, after the sentence was said on stderr."""
    print(f"start.py: {sentence}", file=sys.stderr)
    return code


def say(sentence: str, end: str = "\n") -> None:
    """Show progress on stderr: stdout belongs to the command (`recon demo --json | …`)."""
    print(sentence, end=end, file=sys.stderr, flush=True)


def too_old(version: tuple[int, int]) -> str | None:
    """One sentence when this Python cannot run recon, naming one on this machine that can."""
    if version >= OLDEST:
        return None
    names = [f"python3.{minor}" for minor in range(19, OLDEST[1] - 1, -1)]
    found = next((name for name in names if shutil.which(name)), None)
    remedy = f"run: {found} start.py demo" if found else "install a newer one and use that"
    return "recon needs Python {}.{} or newer and this is {}.{}; {}.".format(
        *OLDEST, *version, remedy
    )


# Is the environment there, and is it the right one?


def pin_files(*, dev: bool) -> list[Path]:
    """The files whose pins are to be installed, in order."""
    return [PINS, PINS_DEV] if dev else [PINS]


def wanted(*, dev: bool) -> str:
    """Digest of everything that decides what is installed."""
    digest = hashlib.sha256()
    for file in [PROJECT, *pin_files(dev=dev)]:
        digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def read_stamp() -> dict[str, object]:
    """What the last finished set-up wrote down; empty when none finished."""
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def is_ready(*, dev: bool) -> bool:
    """True when nothing has to be installed. Looks at names only, so that every start is quick."""
    stamp = read_stamp()
    return (
        stamp.get("folder") == str(ROOT)
        and stamp.get("dev" if dev else "runtime") == wanted(dev=dev)
        and PYTHON.is_file()
        and set(stamp["installed"]) <= set(installed())
    )


def site_packages() -> Path:
    """The environment's package folder."""
    found = next(VENV.glob("lib/python3.*/site-packages"), None)
    return found if found and os.name != "nt" else VENV / "Lib" / "site-packages"


def installed() -> list[str]:
    """Names of the distributions' folders: they carry the versions."""
    return sorted(folder.name for folder in site_packages().glob("*.dist-info"))


# Make it so.


def prepare(*, dev: bool) -> None:
    """Bring `.venv` to what the pin files say; at once when it is there already.

    Safe to run again after any interruption: the stamp is written last.

    Raises:
        SetupError: with one sentence that says what is missing.
    """
    if is_ready(dev=dev):
        return
    with one_at_a_time():
        if is_ready(dev=dev):
            return  # another start.py did it while this one waited
        began = time.monotonic()
        stamp = read_stamp()
        STAMP.unlink(missing_ok=True)
        if stamp.get("folder", str(ROOT)) != str(ROOT) or not is_usable():
            make_environment()
        for pins in pin_files(dev=dev):
            install_pins(pins)
        install_project()
        done = {"folder": str(ROOT), "runtime": wanted(dev=False), "installed": installed()}
        if dev or stamp.get("dev") == wanted(dev=True):
            done["dev"] = wanted(dev=True)
        STAMP.write_text(json.dumps(done, indent=1), "utf-8")
        say(f"Ready after {time.monotonic() - began:.0f} s; from now on this step is skipped.")


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one start.py at a time install; the lock ends with its process, on every system."""
    lock = sqlite3.connect(ROOT / ".venv.lock", timeout=600, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        lock.close()


def is_usable() -> bool:
    """True when `.venv` holds a working Python with pip; half-installed packages are dropped."""
    if not PYTHON.is_file():
        return False
    drop_half_installed(site_packages())
    program = f"import sys; sys.exit(sys.version_info < {OLDEST} or sys.prefix == sys.base_prefix)"
    return all(
        subprocess.run([PYTHON, "-I", *words], capture_output=True, check=False).returncode == 0
        for words in (["-c", program], ["-m", "ensurepip"], ["-m", "pip", "--version"])
    )


def drop_half_installed(packages: Path) -> None:
    """Forget each distribution whose files are not all there as recorded: pip then lays it anew."""
    for folder in packages.glob("*.dist-info"):
        try:
            with (folder / "RECORD").open(newline="", encoding="utf-8") as record:
                whole = all(is_as_recorded(packages, *row) for row in csv.reader(record))
        except (OSError, ValueError, TypeError):
            whole = False
        if not whole:
            shutil.rmtree(folder)


def is_as_recorded(packages: Path, path: str, _digest: str, size: str) -> bool:
    """True when the file is there with its size; compiled files may come and go."""
    if path.endswith(".pyc"):
        return True
    return (packages / path).stat().st_size == int(size) if size else (packages / path).exists()


def make_environment() -> None:
    """Make `.venv` from scratch with the Python that runs this file."""
    version = "{}.{}".format(*sys.version_info[:2])
    remedy = (
        f"install it (Debian and Ubuntu: sudo apt install python{version}-venv) "
        "and run the same line again."
    )
    try:
        import ensurepip  # noqa: F401, PLC0415 - Debian leaves it out; only making needs it
    except ImportError as error:
        raise SetupError(f"this Python comes without its `venv` part; {remedy}") from error
    say(f"Making .venv with Python {version} …")
    try:
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=os.name != "nt").create(VENV)
    except subprocess.CalledProcessError as error:
        raise SetupError(f"this Python cannot put pip into .venv; {remedy}") from error
    except PermissionError as error:
        raise SetupError(
            f"cannot renew {VENV} ({error}); close the notebooks and programs that run from it, "
            "or make the folder yours, and run the same line again."
        ) from error


def install_pins(pins: Path) -> None:
    """Install exactly the versions of one pin file; a file with another hash stops it."""
    pip(
        ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", pins],
        total=sum(line[:1].isalnum() for line in pins.read_text("utf-8").splitlines()),
    )


def install_project() -> None:
    """Install recon itself, editable, with the pinned build tools; nothing is fetched for it."""
    pip(["--no-index", "--no-deps", "--no-build-isolation", "--editable", ROOT], total=0)


def pip(words: Sequence[str | Path], total: int) -> None:
    """Run pip's install in `.venv` and show how far it is.

    Raises:
        SetupError: pip failed; its last lines are shown before.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PIP_") or k in PIP_KEEPS}
    command = [PYTHON, "-I", "-m", "pip", "install", "--no-user", "--no-input"]
    # Compiling all 15,000 files takes as long as the rest; Python compiles what is used when it is.
    command += [
        "--no-compile",
        "--no-warn-script-location",
        "--disable-pip-version-check",
        "--progress-bar",
        "off",
    ]
    before = len(installed())
    with PIP_LOG.open("wb") as log:
        process = subprocess.Popen(
            [*command, *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=kept, cwd=ROOT
        )
    try:
        shown = ""
        while process.poll() is None:
            shown = show_progress(shown, total, before)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
    finally:
        if process.poll() is None:
            process.terminate()  # a stopped start.py leaves no pip behind
            process.wait()
        if shown and sys.stderr.isatty():
            say("")
    if process.returncode:
        raise SetupError(explain(PIP_LOG.read_text("utf-8", "replace")))


def show_progress(shown: str, total: int, before: int) -> str:
    """What is shown now: each package counts once when found and once when it is in place."""
    log = PIP_LOG.read_text("utf-8", "replace")
    total -= log.count("Ignoring ")  # pins of other operating systems
    found = log.count("\nCollecting ") + log.startswith("Collecting ")
    if total <= 0 or not found:
        return shown
    if "\nInstalling collected packages" in log:
        now = f"Installing: {len(installed()) - before} of {found}"
    else:
        now = f"Fetching: {found} of {total}"
    if now == shown:
        return shown
    if sys.stderr.isatty():
        say(f"\r{now:<60}", end="")
    elif now[:5] != shown[:5]:  # where lines cannot be overwritten, one for each step
        say(f"{now.split(':')[0]} {total} packages …")
    return now


def explain(log: str) -> str:
    """One sentence on why pip failed, after its last lines were shown."""
    say("\n".join(log.strip().splitlines()[-15:]))
    if "DO NOT MATCH THE HASHES" in log:
        return "a downloaded file is not the one that was pinned, so nothing of it was installed."
    if "No matching distribution" in log or "NewConnectionError" in log or "timed out" in log:
        return (
            "a pinned package could not be fetched; check the connection (and pip's proxy or index "
            "settings) and run the same line again."
        )
    if os.name == "nt" and len(str(ROOT)) > 60:
        return "pip failed; on Windows try again from a shorter folder, for example C:\\recon."
    return f"pip failed (all it said is in {PIP_LOG}); run the same line again to go on."


# Hand over.


def recon_command() -> list[Path]:
    """How the environment's `recon` is called; not by its first line, which blanks can break."""
    if os.name == "nt":
        return [SCRIPTS / "recon.exe"]
    return [PYTHON, SCRIPTS / "recon"]


def hand_over(command: Iterable[str | Path]) -> int:
    """Exit code of the command, run in the environment with the terminal as it is."""
    line = [str(word) for word in command]
    env = environment(os.environ)
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(line[0], line, env)  # noqa: S606 - signals and exit code are then its own
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command, which may ask back
    return subprocess.run(line, env=env, check=False).returncode


def environment(outer: Mapping[str, str]) -> dict[str, str]:
    """The variables with `.venv` in front and nothing that bends which modules are found."""
    kept = {k: v for k, v in outer.items() if k not in ("PYTHONHOME", "PYTHONPATH")}
    path = os.pathsep.join(filter(None, [str(SCRIPTS), outer.get("PATH")]))
    return {"PYTHONUTF8": "1", **kept, "VIRTUAL_ENV": str(VENV), "PATH": path}


# Renew the pins.


def renew_pins(words: Sequence[str]) -> int:
    """Exit code 0 after both pin files were made anew; `--upgrade` takes the newest versions.

    One resolution serves Linux, macOS and Windows and every Python from the oldest on; what has
    no wheel is refused; the files name no index, so they work with whichever one pip is set to.
    """
    compile_pins(PINS, ["--group", "build"], words)
    compile_pins(PINS_DEV, ["--group", "dev", "--all-extras", "--constraint", PINS.name], words)
    runtime = {name_of(pin) for pin in pins_in(PINS.read_text("utf-8"))}
    dev = [pin for pin in pins_in(PINS_DEV.read_text("utf-8")) if name_of(pin) not in runtime]
    PINS_DEV.write_text("".join(dev), "utf-8", newline="\n")
    return 0


def compile_pins(file: Path, what: Sequence[str], words: Sequence[str]) -> None:
    """Have uv write one pin file, keeping the versions that it already holds and that still fit.

    Raises:
        SetupError: no set of versions fits; uv's own words were shown.
    """
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / file.name
        if file.exists():
            shutil.copy(file, draft)
        command = [SCRIPTS / "uv", "pip", "compile", PROJECT.name, *what, *words, "--quiet"]
        command += ["--universal", "--python-version", "{}.{}".format(*OLDEST), "--generate-hashes"]
        command += ["--only-binary", ":all:", "--no-header", "--no-emit-index-url", "--no-annotate"]
        command += ["--python", PYTHON, "--output-file", draft]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            raise SetupError(f"{file.name} was left as it is: no set of versions fits.")
        pins = pins_in(draft.read_text("utf-8"))
    file.write_text("".join(pins), "utf-8", newline="\n")


def pins_in(text: str) -> list[str]:
    """The pins of a pin file, each with its hashes; option lines, which may name hosts, are not."""
    pins: list[str] = []
    for line in text.splitlines(keepends=True):
        if line[:1].isalnum():
            pins.append(line)
        elif line.lstrip().startswith("--hash="):
            pins[-1] += line
    return pins


def name_of(pin: str) -> str:
    """The distribution that a pin is for."""
    return pin.partition("==")[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
