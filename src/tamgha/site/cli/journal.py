"""``tamgha journal``: seal the journal, check it, prove an entry; ``tamgha trust``: the node's keys."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words
from tamgha.site.cli_app import answer_json, app, err, language, out, progress

if TYPE_CHECKING:
    from tamgha.platform.journal.domain import Report, SignedHead

journal_app = typer.Typer(
    help="The journal of the node: who did what, sealed against change.", no_args_is_help=True
)
trust_app = typer.Typer(help="The keys of the node.", no_args_is_help=True)
app.add_typer(journal_app, name="journal")
app.add_typer(trust_app, name="trust")

AsJson = Annotated[bool, typer.Option("--json", help="Answer with JSON.")]


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamgha.site.settings")
    import django  # noqa: PLC0415 -- only the commands with a database load the site

    django.setup()


@journal_app.command("verify")
def verify(
    against: Annotated[
        list[Path] | None,
        typer.Option(
            "--against",
            exists=True,
            dir_okay=False,
            help="A head that was kept elsewhere (see `tamgha journal head`); may be repeated.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every entry, every signed head and the tail; exit code 1 when anything was changed."""
    _set_up()
    from tamgha.platform.journal import services  # noqa: PLC0415 -- after set-up

    kept = [_head_in(path) for path in against or []]
    with _counting() as told:
        report = services.check(kept=kept, told=told)
    if as_json:
        answer_json(_document(report))
    else:
        _print(report)
    if not report.is_whole:
        raise typer.Exit(1)


@journal_app.command("seal")
def seal(as_json: AsJson = False) -> None:
    """Seal what waits, late entries among all included; a running node does so once a minute."""
    _set_up()
    from tamgha.platform.journal import queries, services  # noqa: PLC0415 -- after set-up

    before = queries.last_head()
    heads = services.seal_all(at=_now(), thorough=True)
    after = queries.last_head()
    sealed = (after.size if after else 0) - (before.size if before else 0)
    if as_json:
        answer_json({"heads": heads, "sealed": sealed, "entries": after.size if after else 0})
        return
    _say(
        f"Sealed entries: {sealed}, heads: {heads}.",
        f"Опечатано записей: {sealed}, печатей: {heads}.",
    )


@journal_app.command("head")
def head() -> None:
    """Print the newest signed head as JSON. Kept elsewhere, it shows if all was made anew."""
    _set_up()
    from tamgha.platform.journal import queries, services  # noqa: PLC0415 -- after set-up

    newest = queries.last_head()
    if newest is None:
        raise TamghaError(
            Words(
                "Nothing is sealed yet. Seal first: tamgha journal seal.",
                "Ещё ничего не опечатано. Сначала опечатайте: tamgha journal seal.",
            )
        )
    answer_json(services.head_document(newest.signed))


@journal_app.command("proof")
def proof(
    entry: Annotated[int, typer.Argument(metavar="ENTRY", help="Number of the entry.", min=1)],
    as_json: AsJson = False,
) -> None:
    """Prove that one entry stands under the newest head; with --json as a document to hand on."""
    _set_up()
    from tamgha.platform.journal import services  # noqa: PLC0415 -- after set-up

    document = services.proof_of(entry)
    if as_json:
        answer_json(document)
        return
    number, size, steps = (
        document["head"]["number"],
        document["head"]["size"],
        len(document["path"]),
    )
    _say(
        f"Entry {entry} stands at position {document['position']} under head {number} "
        f"({size} entries), {steps} hashes away. The document for others: add --json.",
        f"Запись {entry} стоит на позиции {document['position']} под печатью {number} "
        f"(записей: {size}), хешей в пути: {steps}. Документ для передачи: добавьте --json.",
    )


@journal_app.command("check-proof")
def check_proof(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A proof as JSON.")],
    as_json: AsJson = False,
) -> None:
    """Check a proof with the node's public keys alone; exit code 1 when it does not prove."""
    _set_up()
    from tamgha.platform.journal import services  # noqa: PLC0415 -- after set-up

    document = _read_json(file)
    number = services.check_proof(document)
    if as_json:
        answer_json({"proves": True, "entry": number, "content": document["content"]})
        return
    _say(
        f"It proves entry {number}, as it reads in the file.",
        f"Доказательство верно: запись {number} была именно такой.",
    )


@journal_app.command("erase")
def erase(
    login: Annotated[str, typer.Argument(metavar="LOGIN", help="Login name of the person.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a person: name, mail, log-ins and the key of what the journal says; cannot be undone."""
    _set_up()
    from tamgha.platform.accounts import services  # noqa: PLC0415 -- after set-up
    from tamgha.platform.accounts.models import User  # noqa: PLC0415 -- after set-up

    person = User.objects.filter(username=login.lower()).first()
    if person is None:
        raise TamghaError(
            Words(
                f"Nobody signs in as {login!r}. Give the login name.",
                f"Никто не входит под именем «{login}». Укажите имя для входа.",
            )
        )
    if not yes:
        typer.confirm(
            Words(
                f"Name, mail and log-ins of {person.full_name} are destroyed, and what the journal says "
                "of this person can never be read again. Go on?",
                f"Имя, почта и входы человека {person.full_name} будут уничтожены, а сведения журнала о "
                "нём нельзя будет прочитать. Продолжить?",
            ).text(language()),
            abort=True,
        )
    done = services.erase_person(person=person, by=None, at=_now())
    if done:
        _say("The person is erased.", "Данные человека удалены.")
    else:
        _say("The person was erased before.", "Данные человека были удалены ранее.")


@trust_app.command("keys")
def keys(as_json: AsJson = False) -> None:
    """List the node's keys, and how much each sealed."""
    _set_up()
    from tamgha.platform.trust import queries  # noqa: PLC0415 -- after set-up

    uses = queries.uses_of_keys()
    if as_json:
        answer_json(
            [
                {
                    "key": use.key.fingerprint,
                    "public": bytes(use.key.public).hex(),
                    "made_at": use.key.made_at,
                    "retired_at": use.key.retired_at,
                    "kind": use.kind,
                    "sealed": use.count,
                }
                for use in uses
            ]
        )
        return
    heads = (
        Words("Key", "Ключ"),
        Words("Made", "Создан"),
        Words("Retired", "Выведен"),
        Words("What it sealed", "Что подписано"),
        Words("How much", "Сколько"),
    )
    table = Table(*(one.text(language()) for one in heads))
    for use in uses:
        retired = f"{use.key.retired_at:%Y-%m-%d}" if use.key.retired_at else "–"
        made = f"{use.key.made_at:%Y-%m-%d}"
        table.add_row(use.key.fingerprint, made, retired, use.kind or "–", f"{use.count:,}")
    out.print(table)


@trust_app.command("change")
def change() -> None:
    """Sign with a new key from now on; the old one still verifies, and signs no more."""
    _set_up()
    from tamgha.platform.trust import services  # noqa: PLC0415 -- after set-up

    new = services.change_keys(at=_now())
    _say(
        f"The node signs with {new.fingerprint} now. Make a backup of the folder “keys”.",
        f"Теперь узел подписывает ключом {new.fingerprint}. Сделайте копию папки keys.",
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _say(en: str, ru: str) -> None:
    out.print(Words(en, ru).text(language()), markup=False)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text())
    except (ValueError, UnicodeDecodeError) as error:
        raise TamghaError(
            Words(f"{path} is no JSON file: {error}", f"{path} — не файл JSON: {error}")
        ) from error
    if not isinstance(document, dict):
        raise TamghaError(
            Words(
                f"{path}: one JSON object was expected, {type(document).__name__} came",
                f"{path}: ожидается один объект JSON, получено {type(document).__name__}",
            )
        )
    return document


def _head_in(path: Path) -> "SignedHead":
    from tamgha.platform.journal import services  # noqa: PLC0415 -- after set-up

    try:
        return services.head_of_document(_read_json(path))
    except (KeyError, TypeError, ValueError) as error:
        raise TamghaError(
            Words(
                f"{path}: a head as “tamgha journal head” prints it was expected; {error!r} came",
                f"{path}: ожидается печать, как её выводит tamgha journal head; получено {error!r}",
            )
        ) from error


@contextmanager
def _counting() -> Iterator[Callable[[int], None]]:
    from tamgha.platform.journal import queries  # noqa: PLC0415 -- after set-up

    newest = queries.last_head()
    total = newest.size if newest else 0
    with progress(Words("checking", "проверка").text(language())) as shown:
        task = shown.add_task("", total=total)
        yield lambda done: shown.update(task, completed=done)


def _document(report: "Report") -> dict[str, object]:
    speech = language()
    return {
        "whole": report.is_whole,
        "entries": report.entries,
        "heads": report.heads,
        "unsealed": {"count": report.tail.count, "since": report.tail.since},
        "faults": [
            {"kind": fault.kind, "entry": fault.entry, "words": fault.words.text(speech)}
            for fault in report.faults
        ],
    }


def _print(report: "Report") -> None:
    speech = language()
    for fault in report.faults:
        err.print(fault.words.text(speech), style="bold red", markup=False)
    if report.is_whole:
        _say(
            f"The journal is whole: {report.entries:,} sealed entries under {report.heads:,} heads.",
            f"Журнал цел: опечатанных записей {report.entries:,}, печатей {report.heads:,}.",
        )
    if report.tail.count:
        since = f"{report.tail.since:%Y-%m-%d %H:%M:%S} UTC"
        _say(
            f"Not sealed yet: {report.tail.count:,}, since {since}. Rows removed from this tail may "
            "go unnoticed; those changed or put in are named.",
            f"Ещё не опечатано: {report.tail.count:,}, с {since}. Удаление записей из этого хвоста "
            "может остаться незамеченным; изменённые и вставленные записи будут названы.",
        )
    else:
        _say("Nothing waits to be sealed.", "Неопечатанных записей нет.")
