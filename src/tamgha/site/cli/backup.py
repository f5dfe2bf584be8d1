"""``tamgha backup``: a node in one file, taken while it runs."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words
from tamgha.site.cli_app import answer_json, app, err, language, out

PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        help="A file whose first line is the passphrase that seals the backup.",
    ),
]

READABLE = Words(
    "It holds the keys of the node and is not sealed: who has it has the node. Keep it as you keep "
    "the node, or use --passphrase-file or --without-keys.",
    "В ней ключи узла, и она не запечатана: у кого она, у того узел. Храните её как сам узел "
    "либо используйте --passphrase-file или --without-keys.",
)
KEYLESS = Words(
    "The keys are not in it. Without them nobody can read the personal values of the journal.",
    "Ключей в ней нет. Без них личные данные в журнале не прочтёт никто.",
)
MADE = Words(
    "{path}: {rows} rows of {tables} tables, {files} files, {megabytes} MB.",
    "{path}: строк {rows} (таблиц {tables}), файлов {files}, {megabytes} МБ.",
)


def passphrase_in(path: Path | None) -> str:
    """Return the passphrase that a file holds, "" without a file. Raises TamghaError."""
    if path is None:
        return ""
    try:
        first = path.read_text(encoding="utf-8").splitlines()[:1]
    except (OSError, UnicodeDecodeError) as fault:
        raise TamghaError(
            Words(
                f"{path} does not open as a text with a passphrase.",
                f"{path} не открывается как текст с парольной фразой.",
            )
        ) from fault
    if not first or len(first[0].strip()) < 12:
        raise TamghaError(
            Words(
                f"{path}: a passphrase of at least 12 characters was expected in the first line.",
                f"{path}: в первой строке ожидается парольная фраза не короче 12 знаков.",
            )
        )
    return first[0].strip()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where the backup will lie; a new file.")],
    passphrase_file: PassphraseFile = None,
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="Leave the keys of the node out.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Write database, declarations, files and keys of this node into one file, while it runs."""
    passphrase = passphrase_in(passphrase_file)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamgha.site.settings")
    import django  # noqa: PLC0415 -- only the commands with a database load the site

    django.setup()
    from tamgha.site.backups import make_backup  # noqa: PLC0415 -- after set-up

    made = make_backup(
        file, at=datetime.now(UTC), passphrase=passphrase, with_keys=not without_keys
    )
    told = made.manifest
    facts = {
        "path": str(made.path),
        "rows": sum(table.rows for table in told.tables.values()),
        "tables": len(told.tables),
        "files": made.files,
    }
    if as_json:
        answer_json(facts | {"bytes": made.size, "keys": told.keys, "sealed": bool(passphrase)})
        return
    out.print(MADE.format(**facts, megabytes=f"{made.size / 1e6:,.1f}").text(language()))
    if told.keys == "left out":
        err.print(KEYLESS.text(language()), style="yellow")
    elif not passphrase:
        err.print(READABLE.text(language()), style="yellow")
