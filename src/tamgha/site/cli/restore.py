"""``tamgha restore``: a node from the file of a backup."""

import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words
from tamgha.site.cli.backup import PassphraseFile, passphrase_in
from tamgha.site.cli_app import answer_json, app, err, language, out

DONE = Words(
    "Restored into {home}: {rows} rows of {tables} tables, {files} files. Everybody signs in anew.",
    "Восстановлено в {home}: строк {rows} (таблиц {tables}), файлов {files}. Всем нужно войти заново.",
)
WHOLE = Words(
    "The backup is whole: {rows} rows of {tables} tables, {files} files, made {made_at}.",
    "Копия цела: строк {rows} (таблиц {tables}), файлов {files}, создана {made_at}.",
)
SECRET_ELSEWHERE = Words(
    "The secret key of the old node was given by TAMGHA_SECRET_KEY: set it here too.",
    "Секретный ключ прежнего узла задавался переменной TAMGHA_SECRET_KEY: задайте её и здесь.",
)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="The file that `tamgha backup` made.")],
    into: Annotated[
        Path | None, typer.Option(help="Home of the new node, instead of TAMGHA_HOME.")
    ] = None,
    passphrase_file: PassphraseFile = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only look whether the backup is whole.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Make a node from a backup, where no node is; or look whether the backup is whole.

    Everything is looked at before anything is changed, and all that is wrong is told at once.
    """
    passphrase = passphrase_in(passphrase_file) or _asked(file)
    if into is not None:
        os.environ["TAMGHA_HOME"] = str(into.resolve())
    # The settings make a secret where there is none; here the one of the backup shall come.
    os.environ.setdefault("TAMGHA_SECRET_KEY", secrets.token_hex(32))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamgha.site.settings")
    import django  # noqa: PLC0415 -- only the commands with a database load the site

    django.setup()
    from django.conf import settings  # noqa: PLC0415 -- after set-up
    from django.db import connection  # noqa: PLC0415 -- after set-up

    from tamgha.site.backups import Archive, Target, place, settle  # noqa: PLC0415 -- after set-up

    with Archive(file, passphrase) as archive:
        told = archive.manifest
        facts = {
            "rows": sum(table.rows for table in told.tables.values()),
            "tables": len(told.tables),
            "files": sum(not name.startswith("database/") for name in told.members),
            "made_at": told.made_at,
            "keys": told.keys,
        }
        if check:
            if faults := archive.faults():
                raise RefusedError(Words("The backup is not whole", "Копия повреждена"), faults)
            _tell(WHOLE, facts, as_json=as_json)
            return
        place(archive, Target(Path(settings.TAMGHA_HOME), connection))
    facts["log_ins_ended"] = settle(told, at=datetime.now(UTC))
    _tell(DONE, facts | {"home": str(settings.TAMGHA_HOME)}, as_json=as_json)
    if told.secret_in_environment:
        err.print(SECRET_ELSEWHERE.text(language()), style="yellow")


def _tell(words: Words, facts: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        answer_json(facts)
    else:
        out.print(words.format(**facts).text(language()))


def _asked(file: Path) -> str:
    """Ask a person for the passphrase of a sealed file; a program has to give it as a file."""
    if not (sys.stdin.isatty() and file.is_file()):
        return ""
    from tamgha.site.backups.sealing import is_sealed  # noqa: PLC0415 -- only for a restore

    with file.open("rb") as stream:
        if not is_sealed(stream):
            return ""
    question = Words("Passphrase", "Парольная фраза").text(language())
    return str(typer.prompt(question, hide_input=True))
