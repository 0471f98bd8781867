"""start.py sets everything up from nothing but Python, and the pin files are what gets installed.

The houses below are small projects with the real start.py, real pip and hand-made wheels, so that
nothing is fetched; their folder has a blank and an umlaut in its name.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from recon.clash import foreign_recon

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

HOUSE = {
    "pyproject.toml": """
        [build-system]
        requires = []
        build-backend = "backend"
        backend-path = ["."]
    """,
    # Lays an editable install: a path line and the command `recon`.
    "backend.py": """
        import pathlib, zipfile
        def build_editable(folder, config_settings=None, metadata_directory=None):
            name = "house-1.0-py3-none-any.whl"
            info = "house-1.0.dist-info"
            files = {
                "house.pth": str(pathlib.Path(__file__).parent),
                f"{info}/METADATA": "Metadata-Version: 2.1\\nName: house\\nVersion: 1.0",
                f"{info}/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any",
                f"{info}/entry_points.txt": "[console_scripts]\\nrecon = house:main",
                f"{info}/RECORD": "",
            }
            with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as wheel:
                for path, text in files.items():
                    wheel.writestr(path, text)
            return name
    """,
    "house.py": """
        import json, os, sys
        import tiny
        def main():
            print(json.dumps({"words": sys.argv[1:], "folder": os.getcwd(), "prefix": sys.prefix}))
            return 7 if "seven" in sys.argv else 0
    """,
}


def write_wheel(folder: Path, name: str, modules: dict[str, str]) -> str:
    """Write a wheel, version 1.0, that pip installs; returns its line in a pin file."""
    info = f"{name}-1.0.dist-info"
    files = modules | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
        record += f"{path},sha256={digest.decode()},{len(text.encode())}\n"
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in (files | {f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}).items():
            archive.writestr(path, text)
    return f"{name}==1.0 \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


class House:
    """A project folder with start.py in it, and the wheels that its pins name."""

    def __init__(self, base: Path) -> None:
        self.wheels = base / "wheels"
        self.folder = base / "Büro 1"
        self.outside = base / "outside"
        for folder in (self.wheels, self.folder, self.outside):
            folder.mkdir()
        for name, text in HOUSE.items():
            lines = (line.removeprefix("        ") for line in text.splitlines())
            (self.folder / name).write_text("\n".join(lines), "utf-8")
        shutil.copy(ROOT / "start.py", self.folder)
        tiny = write_wheel(self.wheels, "tiny", {"tiny.py": "SIZE = 1\n", "more.py": "SIZE = 2\n"})
        says = "import os, sys\nprint(sys.argv[1:], os.getcwd())\n"
        tool = write_wheel(self.wheels, "pytest", {"pytest.py": says})
        (self.folder / "pins.txt").write_text(tiny, "utf-8")
        (self.folder / "pins-dev.txt").write_text(tool, "utf-8")

    def start(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run start.py from another folder, with settings that would lead pip astray."""
        hostile = {"PIP_USER": "1", "PIP_TARGET": str(self.outside), "PIP_REQUIRE_VIRTUALENV": "1"}
        hostile |= {"PIP_NO_BINARY": ":all:", "PYTHONPATH": str(self.outside), "PIP_NO_DEPS": "0"}
        index = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}
        index["PIP_CONFIG_FILE"] = os.devnull
        return subprocess.run(
            [sys.executable, self.folder / "start.py", *words],
            env=os.environ | {"PYTHONUTF8": "1"} | hostile | index | settings,
            cwd=self.outside,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    @property
    def packages(self) -> Path:
        """The package folder of the house's environment."""
        return next((self.folder / ".venv").rglob("site-packages"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """One house for the tests that leave it as it should be."""
    return House(tmp_path_factory.mktemp("house"))


def load_start() -> ModuleType:
    """start.py as a module."""
    spec = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_first_run_sets_up_and_hands_every_word_over(house: House) -> None:
    """Words, working folder and exit code pass through; stdout belongs to the command alone."""
    ran = house.start("demo", "--out", "Bücher & Co", "seven")
    assert ran.returncode == 7, ran.stderr
    said = json.loads(ran.stdout)
    assert said["words"] == ["demo", "--out", "Bücher & Co", "seven"]
    assert Path(said["folder"]) == house.outside
    assert Path(said["prefix"]) == house.folder / ".venv"
    assert list(house.outside.iterdir()) == []  # PIP_TARGET was not obeyed


def test_the_second_run_installs_nothing(house: House) -> None:
    """Once set up, start.py says nothing of its own and pip is not even started."""
    house.start("demo")
    (house.folder / ".venv" / "pip.log").unlink()
    again = house.start("lab")
    assert (again.returncode, again.stderr) == (0, "")
    assert not (house.folder / ".venv" / "pip.log").exists()


def test_help_installs_nothing(tmp_path: Path) -> None:
    """Asking for help in a fresh folder explains start.py and leaves the folder as it was."""
    house = House(tmp_path)
    ran = house.start("--help")
    assert ran.returncode == 0
    assert "start.py demo" in ran.stdout
    assert not (house.folder / ".venv").exists()


def test_the_word_test_adds_the_tools_and_runs_pytest_in_the_project(house: House) -> None:
    """`start.py test` installs the second pin file and runs pytest from the project's folder."""
    ran = house.start("test", "-k", "names")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.rstrip().endswith(f"'-k', 'names'] {house.folder}")


def test_a_half_installed_package_is_laid_anew(house: House) -> None:
    """After pip was interrupted, packages whose files are missing or cut short are repaired."""
    house.start("demo")
    (house.folder / ".venv" / "recon-setup.json").unlink()
    (house.packages / "tiny.py").unlink()
    (house.packages / "more.py").write_text("SI", "utf-8")
    assert house.start("demo").returncode == 0
    assert (house.packages / "tiny.py").is_file()
    assert (house.packages / "more.py").read_text("utf-8") == "SIZE = 2\n"


def test_a_package_taken_out_by_hand_comes_back(house: House) -> None:
    """A missing distribution is noticed at start, although the set-up was once finished."""
    house.start("demo")
    shutil.rmtree(house.packages / "tiny-1.0.dist-info")
    (house.packages / "tiny.py").unlink()
    assert house.start("demo").returncode == 0


def test_a_broken_environment_is_made_anew(house: House) -> None:
    """When the Python of .venv is gone, as after a system upgrade, the next start rebuilds it."""
    house.start("demo")
    for python in (house.folder / ".venv" / "bin").glob("python*"):
        python.unlink()
    ran = house.start("demo")
    assert ran.returncode == 0, ran.stderr
    assert "Making .venv" in ran.stderr


def test_one_altered_hash_stops_the_installation(tmp_path: Path) -> None:
    """A file that is not the pinned one is not installed and the command does not run."""
    house = House(tmp_path)
    pins = house.folder / "pins.txt"
    text = pins.read_text("utf-8")
    pins.write_text(text[:-2] + ("0" if text[-2] != "0" else "1") + "\n", "utf-8")
    ran = house.start("demo")
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert "is not the one that was pinned" in ran.stderr
    assert not (house.packages / "tiny.py").exists()


def test_a_missing_venv_part_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian's Python without python3-venv: the sentence names the package to install."""
    start = load_start()
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    version = "{}.{}".format(*sys.version_info[:2])
    with pytest.raises(start.SetupError, match=rf"sudo apt install python{version}-venv"):
        start.make_environment()


def test_an_old_python_is_told_so() -> None:
    """Python 3.10 gets a sentence, 3.11 does not."""
    start = load_start()
    assert "needs Python 3.11 or newer and this is 3.10" in start.too_old((3, 10))
    assert start.too_old((3, 11)) is None
    compile((ROOT / "start.py").read_text("utf-8"), "start.py", "exec", dont_inherit=True)


# The pin files.


def pins() -> dict[str, list[str]]:
    """Versions by distribution: some have one for each system or Python."""
    found: dict[str, list[str]] = {}
    for file in ("pins.txt", "pins-dev.txt"):
        for name, version in re.findall(
            r"^([\w.-]+)==(\S+)", (ROOT / file).read_text("utf-8"), re.MULTILINE
        ):
            found.setdefault(canonicalize_name(name), []).append(version)
    return found


def declared() -> list[Requirement]:
    """Every requirement of pyproject.toml: of the project, its extras and its groups."""
    groups = [*PROJECT["dependency-groups"].values()]
    groups += [*PROJECT["project"].get("optional-dependencies", {}).values()]
    listed = [each for group in groups for each in group if isinstance(each, str)]
    return [Requirement(each) for each in PROJECT["project"]["dependencies"] + listed]


@pytest.mark.parametrize("file", ["pins.txt", "pins-dev.txt"])
def test_a_pin_file_holds_pins_and_hashes_alone(file: str) -> None:
    """Each line is a pin or a hash: no host, no option, and no pin without a hash."""
    text = (ROOT / file).read_text("utf-8")
    assert "://" not in text
    pin = r"[a-z0-9][a-z0-9-]*==[^\s;]+( ; [^\\\n]+)? \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+"
    assert re.fullmatch(rf"({pin})+", text)


@pytest.mark.parametrize("requirement", declared(), ids=lambda r: r.name)
def test_every_declared_dependency_is_pinned_and_fits(requirement: Requirement) -> None:
    """pins.txt covers pyproject.toml; `python3 start.py pins` renews it when this fails."""
    versions = pins().get(canonicalize_name(requirement.name), [])
    assert versions
    assert all(requirement.specifier.contains(version) for version in versions)


def test_whatever_a_dependency_needs_here_is_pinned_too() -> None:
    """As pip is told not to look for dependencies, the files hold all of them."""
    pinned, missing = pins(), set()
    todo = [(each.name, extra) for each in declared() for extra in (each.extras or {""})]
    seen = set(todo)
    while todo:
        name, extra = todo.pop()
        try:
            needed = [Requirement(line) for line in requires(name) or []]
        except PackageNotFoundError:
            continue  # of another system, or newly declared: the test above sees that one
        for each in needed:
            if each.marker and not each.marker.evaluate({"extra": extra}):
                continue
            versions = pinned.get(canonicalize_name(each.name), [])
            if not any(each.specifier.contains(v, prereleases=True) for v in versions):
                missing.add(f"{name} needs {each}")
            found = {(each.name, extra) for extra in (each.extras or {""})} - seen
            seen |= found
            todo += found
    assert missing == set()


def test_the_conda_file_names_the_same_packages() -> None:
    """environment.yml: Python and pip from conda, the card's six and the project by pip."""
    conda = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    python, pip, by_pip = conda["dependencies"]
    assert (conda["name"], pip) == ("recon", "pip")
    assert python == "python" + PROJECT["project"]["requires-python"]
    *packages, project = by_pip["pip"]
    assert project == "-e ."
    assert set(packages) <= set(PROJECT["project"]["dependencies"])
    six = ["jupyterlab", "pandas", "python-quickbooks", "intuit-oauth", "rapidfuzz", "ipywidgets"]
    assert [Requirement(each).name for each in packages] == six


# Another distribution called recon.


def test_another_recon_is_named_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second distribution that lays files into `recon` is said in one sentence."""
    assert foreign_recon() is None
    info = tmp_path / "othertool-3.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: othertool\nVersion: 3.1\n")
    (info / "RECORD").write_text("recon/__init__.py,sha256=x,1\nrecon/cli.py,,\n")
    monkeypatch.syspath_prepend(tmp_path)
    sentence = foreign_recon()
    assert sentence is not None
    assert "pip uninstall othertool" in sentence


def test_our_own_files_are_no_clash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain install of reconbooks, and a module that only ends like ours, raise no alarm."""
    for name, file in [("reconbooks", "recon/__init__.py"), ("x", "x/recon/__init__.py")]:
        info = tmp_path / f"{name}-9.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 9\n")
        (info / "RECORD").write_text(f"{file},sha256=x,1\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert foreign_recon() is None
