"""The set-up: what is installed when, and which system packages are asked for."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

import launcher
import python_environment
import steps
import system_libraries
import system_packages
from python_environment import Environment
from steps import SetupError

START = Path(launcher.__file__).with_name("start.py")
VENV_PACKAGE = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"

LDD = """\
\tlinux-vdso.so.1 (0x00007fb401000000)
\tlibQt6Gui.so.6 => /a b/.venv/PySide6/Qt/lib/libQt6Gui.so.6 (0x00007fb400400000)
\tlibxcb-cursor.so.0 => not found
\tlibGL.so.1 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007fb3ff21e000)
\t/lib64/ld-linux-x86-64.so.2 (0x00007fb401002000)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Environment:
    """An environment whose interpreter and input files exist, nothing more."""
    (tmp_path / "packaging").mkdir()
    (tmp_path / "packaging" / "constraints.txt").write_text("torch==2.13.0\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    environment = Environment(tmp_path)
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    (environment.folder / "pyvenv.cfg").write_text("version = 3.11.7\n")
    return environment


class Recorder:
    """Stands in for `run_quietly` and notes what it was asked to run."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.fail_at = ""

    def __call__(self, *command: Any, **_: str) -> None:
        self.commands.append([str(word) for word in command])
        if self.fail_at and self.fail_at in self.commands[-1]:
            raise SetupError("it failed")

    def lines(self) -> list[str]:
        return [" ".join(command) for command in self.commands]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr(python_environment, "run_quietly", recorder)
    monkeypatch.setattr(system_packages, "run_quietly", recorder)
    return recorder


def become(monkeypatch: pytest.MonkeyPatch, *, root: bool) -> None:
    monkeypatch.setattr(system_packages, "can_install", lambda: root)


# The stamp


def test_without_a_stamp_it_is_not_ready(checkout: Environment) -> None:
    assert not checkout.is_ready([])


def test_a_finished_installation_is_ready(checkout: Environment) -> None:
    checkout.remember([])
    assert checkout.is_ready([])
    assert not checkout.is_ready(["dev"])


def test_the_dev_extra_serves_a_plain_start_too(checkout: Environment) -> None:
    checkout.remember(["dev"])
    assert checkout.is_ready([])
    assert checkout.is_ready(["dev"])


@pytest.mark.parametrize(
    "name", ["packaging/constraints.txt", "pyproject.toml", ".venv/pyvenv.cfg"]
)
def test_a_changed_input_makes_it_unready(checkout: Environment, name: str) -> None:
    checkout.remember([])
    with (checkout.root / name).open("a") as file:
        file.write("changed\n")
    assert not checkout.is_ready([])


def test_another_interpreter_makes_it_unready(checkout: Environment, tmp_path: Path) -> None:
    checkout.remember([])
    other = tmp_path / "python3.99"
    other.touch()
    checkout.python.unlink()
    checkout.python.symlink_to(other)
    assert not checkout.is_ready([])
    other.unlink()
    assert not checkout.is_ready([])


def test_a_moved_checkout_is_unready(checkout: Environment, tmp_path: Path) -> None:
    checkout.remember([])
    moved = tmp_path.rename(tmp_path.with_name("moved here"))
    assert not Environment(moved).is_ready([])


@pytest.mark.parametrize("text", ["", "{", "[]", "7", json.dumps({"inputs": 1})])
def test_a_damaged_stamp_counts_as_none(checkout: Environment, text: str) -> None:
    checkout.remember([])
    (stamp,) = checkout.folder.glob("*.json")
    stamp.write_text(text)
    assert not checkout.is_ready([])


def test_prepare_installs_once(
    checkout: Environment, ran: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Environment, "is_usable", lambda _: True)
    python_environment.prepare(checkout.root, ["dev"])
    tools, everything = ran.commands
    assert {"hatchling", "editables"} <= set(tools)
    assert everything[-1] == f"{checkout.root}[dev]"
    assert all(str(checkout.constraints) in command for command in ran.commands)
    python_environment.prepare(checkout.root, ["dev"])
    python_environment.prepare(checkout.root, [])
    assert len(ran.commands) == 2


def test_an_interrupted_installation_is_done_again(
    checkout: Environment, ran: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Environment, "is_usable", lambda _: True)
    checkout.remember([])
    ran.fail_at = "--editable"
    with pytest.raises(SetupError):
        python_environment.prepare(checkout.root, ["dev"])
    assert not checkout.is_ready([])
    ran.fail_at = ""
    python_environment.prepare(checkout.root, ["dev"])
    assert checkout.is_ready(["dev"])


def test_a_half_written_package_is_forgotten(
    checkout: Environment, ran: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Environment, "is_usable", lambda _: True)
    packages = checkout.folder / "lib" / "python3.11" / "site-packages"
    whole, half = packages / "whole-1.dist-info", packages / "half-1.dist-info"
    for record in (whole, half):
        record.mkdir(parents=True)
        (record / "METADATA").touch()
    (whole / "INSTALLER").write_text("pip")
    python_environment.prepare(checkout.root, [])
    assert whole.exists()
    assert not half.exists()


def test_an_environment_without_pip_is_unusable(tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    assert not environment.is_usable()
    venv.create(environment.folder, symlinks=True)
    assert not environment.is_usable()
    environment.python.unlink()
    assert not environment.is_usable()


def test_the_environment_of_these_tests_is_usable() -> None:
    here = Path(sys.prefix)
    if here.name != ".venv":
        pytest.skip("these tests do not run in a .venv")
    assert Environment(here.parent).is_usable()


# Making the environment where Debian's python3-venv is missing


def test_root_gets_the_venv_package(
    checkout: Environment, ran: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(monkeypatch, root=True)
    monkeypatch.setattr(python_environment, "has_ensurepip", lambda: bool(ran.commands))
    python_environment.make(checkout.folder)
    update, install, make = ran.lines()
    assert update == "apt-get update"
    assert install == f"apt-get install -y --no-install-recommends {VENV_PACKAGE}"
    assert make.endswith(f"-m venv --clear {checkout.folder}")


def test_a_user_with_pip_gets_an_environment_filled_by_that_pip(
    checkout: Environment, ran: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(monkeypatch, root=False)
    monkeypatch.setattr(python_environment, "has_ensurepip", lambda: False)
    monkeypatch.setattr(python_environment, "find_spec", lambda name: name == "pip")
    python_environment.make(checkout.folder)
    make, fill = ran.lines()
    assert make.endswith(f"-m venv --clear --without-pip {checkout.folder}")
    assert fill.endswith(f"-m pip --python {checkout.python} install pip")


def test_a_user_without_pip_gets_the_line_to_run(
    checkout: Environment, ran: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(monkeypatch, root=False)
    monkeypatch.setattr(python_environment, "has_ensurepip", lambda: False)
    monkeypatch.setattr(python_environment, "find_spec", lambda name: None)
    line = f"sudo apt-get install -y --no-install-recommends {VENV_PACKAGE}"
    with pytest.raises(SetupError, match=line):
        python_environment.make(checkout.folder)
    assert not ran.commands


# System libraries


def test_missing_sonames_are_read_from_ldd() -> None:
    assert system_libraries.missing_sonames(LDD) == ["libxcb-cursor.so.0", "libGL.so.1"]
    assert system_libraries.missing_sonames("\tstatically linked\n") == []


def test_sonames_become_packages_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/apt-get")
    sonames = ["libglib-2.0.so.0", "libgthread-2.0.so.0", "libGL.so.1"]
    assert system_libraries.packages_for(sonames) == ["libgl1", "libglib2.0-0"]
    assert system_libraries.packages_for([]) == []


def test_what_no_package_is_known_for_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/apt-get")
    with pytest.raises(SetupError, match=r"Qt lacks libstrange\.so\.3\."):
        system_libraries.packages_for(["libGL.so.1", "libstrange.so.3"])


def test_without_apt_the_libraries_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SetupError, match=r"Qt lacks libEGL\.so\.1, libGL\.so\.1\."):
        system_libraries.packages_for(["libGL.so.1", "libEGL.so.1"])


@pytest.mark.parametrize(
    ("variables", "testing", "expected"),
    [
        ({}, False, ["offscreen"]),
        ({}, True, ["offscreen", "xcb"]),
        ({"DISPLAY": ":0"}, False, ["offscreen", "xcb"]),
        ({"WAYLAND_DISPLAY": "w"}, False, ["offscreen", "wayland"]),
    ],
)
def test_the_platform_plugins_follow_the_display(
    variables: dict[str, str], testing: bool, expected: list[str]
) -> None:
    assert system_libraries.platforms(variables, testing=testing) == expected


@pytest.fixture
def lacking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A machine whose loader does not find the libraries in this list."""
    missing = ["libGL.so.1", "libxcb-cursor.so.0"]
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(system_libraries, "qt_files", lambda venv, names: [tmp_path])
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(
        system_libraries, "_ldd", lambda _: "".join(f"\t{name} => not found\n" for name in missing)
    )
    return missing


@pytest.mark.usefixtures("lacking")
def test_a_user_gets_one_line_for_all_libraries(
    tmp_path: Path, ran: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(monkeypatch, root=False)
    line = "sudo apt-get install -y --no-install-recommends libgl1 libxcb-cursor0$"
    with pytest.raises(SetupError, match=line):
        system_libraries.require(tmp_path, {}, testing=False)
    assert not ran.commands


def test_root_gets_them_installed_with_what_these_lack(
    tmp_path: Path, lacking: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def install(packages: list[str]) -> None:
        asked.append(packages)
        lacking[:] = ["libX11.so.6"] if len(asked) == 1 else []

    become(monkeypatch, root=True)
    monkeypatch.setattr(system_packages, "install", install)
    system_libraries.require(tmp_path, {}, testing=False)
    assert asked == [["libgl1", "libxcb-cursor0"], ["libx11-6"]]


@pytest.mark.usefixtures("lacking")
def test_root_is_told_when_installing_did_not_help(
    tmp_path: Path, ran: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(monkeypatch, root=True)
    with pytest.raises(SetupError, match="libgl1 libxcb-cursor0"):
        system_libraries.require(tmp_path, {}, testing=False)
    assert len(ran.commands) == 2 * system_libraries.ROUNDS


def test_tests_need_an_x_server(
    tmp_path: Path, lacking: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking.clear()
    become(monkeypatch, root=False)
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "Xvfb" else name)
    system_libraries.require(tmp_path, {}, testing=False)
    with pytest.raises(SetupError, match=r"apt-get install .* xvfb$"):
        system_libraries.require(tmp_path, {}, testing=True)


def test_one_line_asks_for_venv_and_libraries_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(monkeypatch, root=False)
    monkeypatch.setattr(launcher, "ROOT", tmp_path)
    monkeypatch.setattr(python_environment, "has_ensurepip", lambda: False)
    monkeypatch.setattr(python_environment, "find_spec", lambda name: None)
    monkeypatch.setattr(system_libraries, "_loads", lambda name: "cursor" not in name)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SystemExit) as caught:
        launcher.launch(["test"])
    line = f"sudo apt-get install -y --no-install-recommends libxcb-cursor0 {VENV_PACKAGE} xvfb"
    assert str(caught.value.code).endswith(f"\n    {line}")


def test_the_loader_is_asked_for_each_library() -> None:
    assert not system_libraries._loads("libno-such-thing.so.1")
    assert system_libraries._loads("libc.so.6")


@pytest.mark.parametrize(("known", "name"), [(True, "libglib2.0-0t64"), (False, "libglib2.0-0")])
def test_the_line_names_packages_as_the_release_does(
    known: bool, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_packages, "_is_known", lambda _: known)
    line = system_packages.install_line(["libglib2.0-0", "libgl1"])
    assert line == f"sudo apt-get install -y --no-install-recommends libgl1 {name}"


def test_a_damaged_pyside_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"PySide6 has no QtWidgets\.abi3\.so"):
        system_libraries.qt_files(tmp_path, ["offscreen"])


# Running other programs, and what is started in the end


def test_a_failing_program_shows_its_last_lines() -> None:
    script = "print('\\n'.join(f'line {n}' for n in range(99))); raise SystemExit(3)"
    with pytest.raises(SetupError) as caught:
        steps.run_quietly(sys.executable, "-c", script)
    text = str(caught.value)
    assert "exit code 3" in text
    assert text.endswith("line 98")
    assert "line 98" in text
    assert "line 80\n" not in text


def test_a_program_that_works_is_not_heard(capfd: pytest.CaptureFixture[str]) -> None:
    steps.run_quietly(sys.executable, "-c", "print('noise')")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("arguments", "variables", "expected"),
    [
        (["test", "-k", "x"], {}, [str(START.with_name("checks.py")), "-k", "x"]),
        ([], {"DISPLAY": ":0"}, ["-m", "srstudio", "--sample"]),
        (["a b.png"], {"WAYLAND_DISPLAY": "w"}, ["-m", "srstudio", "a b.png"]),
        ([], {}, ["-m", "srstudio.demo"]),
        (["a.png"], {"DISPLAY": ""}, ["-m", "srstudio.demo"]),
    ],
)
def test_what_is_started(
    arguments: list[str],
    variables: dict[str, str],
    expected: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    testing = arguments[:1] == ["test"]
    assert launcher.program(arguments, variables, testing=testing) == expected


def test_a_closed_standard_input_is_replaced_by_an_empty_one() -> None:
    probe = (
        f"import sys; sys.path.insert(0, {str(START.parent)!r}); import launcher;"
        "launcher.open_standard_input();"
        "launcher.become([sys.executable, '-c', 'import sys; print(repr(sys.stdin.read()))'])"
    )
    shell = 'exec "$0" -c "$1" <&-'
    done = subprocess.run(
        ["sh", "-c", shell, sys.executable, probe], capture_output=True, text=True, check=True
    )
    assert done.stdout == "''\n"


def test_an_old_interpreter_is_refused_in_one_sentence(tmp_path: Path) -> None:
    source = START.read_text(encoding="utf-8").replace("(3, 11)", "(99, 0)")
    copy = tmp_path / "start.py"
    copy.write_text(source)
    done = subprocess.run([sys.executable, copy], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("SR Studio needs Python 3.11 or newer, and ")
    assert done.stderr.count("\n") == 1
