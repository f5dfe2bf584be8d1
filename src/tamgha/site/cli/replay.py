"""``tamgha replay``: a decision derived again from what is stored, with its probability."""

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words
from tamgha.site.cli_app import answer_json, app, err, language, out

if TYPE_CHECKING:
    from tamgha.practice.control.queries.replaying import Replay

_NONE = Words(
    "No decision is named {name}: the number of a declaration, or the key under which a program asked, "
    "was expected.",
    "Решения под именем {name} нет: ожидается номер декларации или ключ, под которым запросила программа.",
)


@app.command()
def replay(
    decisions: Annotated[
        list[str],
        typer.Argument(metavar="DECISION…", help="Numbers of declarations, or keys of programs."),
    ],
    administration: Annotated[
        str, typer.Option(help="Code of the administration, where several are on the node.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Answer with JSON.")] = False,
) -> None:
    """Derive decisions again from what is stored: hits, draws, lane, exact probability.

    Exit code 1 when anything stored does not follow from the rest.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamgha.site.settings")
    import django  # noqa: PLC0415 -- only the commands with a database load the site

    django.setup()
    from tamgha.practice.control.models import Decision  # noqa: PLC0415 -- after set-up
    from tamgha.practice.control.queries import replaying  # noqa: PLC0415 -- after set-up

    visible = Decision.objects.select_related("administration")
    if administration:
        visible = visible.filter(administration__code=administration)
    found: list[Replay] = []
    for named in decisions:
        rows = list(replaying.find_decisions(named, visible))
        if not rows:
            raise TamghaError(_NONE.format(name=named))
        found += [replaying.replay(row) for row in rows]
    if as_json:
        answer_json([_document(one) for one in found])
    else:
        for one in found:
            _print(one)
    if not all(one.holds for one in found):
        raise typer.Exit(1)


def _document(one: "Replay") -> dict[str, Any]:
    return {
        "declaration": one.row.declaration,
        "version": one.row.version,
        "administration": one.row.administration.code,
        "lane": one.lane,
        "way": one.way,
        "probability": {
            name: str(chance)
            for name, chance in zip(("red", "yellow", "blue"), one.chances, strict=True)
        },
        "draws_checked": one.with_key,
        "holds": one.holds,
        "faults": [fault.text(language()) for fault in one.faults],
    }


def _print(one: "Replay") -> None:
    speech = language()
    state = Words("holds", "сходится") if one.holds else Words("does not hold", "НЕ сходится")
    chance = f"{one.inclusion} = {100 * float(one.inclusion):.4g} %"
    line = Words(
        f"{one.row.declaration} v{one.row.version}: {one.lane} by {one.way}, "
        f"probability of examination {chance}: {state.en}",
        f"{one.row.declaration} v{one.row.version}: {one.lane}, основание {one.way}, "
        f"вероятность досмотра {chance}: {state.ru}",
    )
    out.print(line.text(speech), markup=False)
    if not one.with_key:
        note = Words(
            "  The key of the quarter is not on this machine: the draws were taken as stored.",
            "  Ключа квартала на этой машине нет: жребий взят из записи.",
        )
        err.print(note.text(speech), style="dim", markup=False)
    for fault in one.faults:
        err.print(f"  - {fault.text(speech)}", markup=False)
