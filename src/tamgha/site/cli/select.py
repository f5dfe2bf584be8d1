"""``tamgha risk select``: lanes for the declarations of a set, by a plan; replayed in their order."""

import csv
import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import typer
from rich.table import Table

from tamgha import risk
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words
from tamgha.site.cli.backtest import named_lists, profile_hits
from tamgha.site.cli.replaying import Arrivals, Hits, Replay, moment
from tamgha.site.cli_app import answer_json, err, language, out, risk_app

KEY_BYTES = 32
_WRONG_KEY = Words(
    "{path} holds no key: 64 hexadecimal digits were expected.",
    "В файле {path} нет ключа: ожидаются 64 шестнадцатеричные цифры.",
)
_NO_DIRECTION = Words(
    "The plan of mode capacity says nothing of these directions of the set: {names}. Add a table "
    "for each.",
    "В плане по мощности досмотра нет направлений, которые есть в наборе: {names}. Добавьте "
    "таблицу для каждого.",
)
_SCORES = Words(
    "{path}: columns `declaration` and `score` were expected; {came} came.",
    "{path}: ожидаются столбцы `declaration` и `score`, а есть {came}.",
)
_CANCELLED = Words(
    "{path}: columns `declaration` and `cancelled` were expected; {came} came.",
    "{path}: ожидаются столбцы `declaration` и `cancelled`, а есть {came}.",
)
_MOMENT = Words(
    "{path}, row {row}: a moment like 2026-03-05T14:30 was expected; {came} came.",
    "{path}, строка {row}: ожидается момент вида 2026-03-05T14:30, а задано {came}.",
)
_AMENDED = Words(
    "Amended versions are replayed in mode modsel and by criteria over columns alone; the "
    "indicators {names} know no versions.",
    "Изменённые версии проверяются в режиме modsel и по условиям только над графами; индикаторы "
    "{names} версий не различают.",
)
_EXISTS = Words(
    "{path} is there already. Name a file that does not exist yet.",
    "Файл {path} уже существует. Укажите имя нового файла.",
)


@risk_app.command("select")
def select_lanes(  # noqa: PLR0913 -- the options of a command
    folder: Annotated[Path, typer.Argument(metavar="SET", help="Folder of the set.")],
    profiles: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The criteria.")],
    plan: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="TOML: mode and rates.")],
    key: Annotated[
        Path, typer.Option(help="64 hexadecimal digits; a new key is made when it is missing.")
    ],
    scores: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Parquet with declaration and score."),
    ] = None,
    lists: Annotated[
        Path | None,
        typer.Option("--lists", exists=True, dir_okay=False, help=".toml, .csv or .json."),
    ] = None,
    cancelled: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="CSV with declaration and cancelled (a moment)."
        ),
    ] = None,
    amended: Annotated[
        Path | None,
        typer.Option(help="Folder of a set with amended versions; lodged is the amendment."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--out", help="New file for the decisions, one JSON a line.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with JSON.")] = False,
) -> None:
    """Give every declaration of a set its lane, as if it came up now, in the order of lodging.

    Each stored decision holds what its lane and its probability can be recomputed from. What is
    lodged again after --cancelled keeps its draws. Amended versions may only raise a lane (mode
    modsel); they are told in a second file, OUT with .amendments.jsonl.
    """
    opened = risk.DeclarationSet.open(folder)
    told = risk.Plan.read(plan)
    read = risk.read_profiles(profiles)
    if to is not None and to.exists():
        raise TamghaError(_EXISTS.format(path=to))
    secret = _key(key)
    named = named_lists(lists)
    zone = ZoneInfo(opened.manifest.timezone or "UTC")
    arrivals = Arrivals(
        *_arrivals(opened, read, named, scores),
        cancelled=_cancelled(cancelled, zone) if cancelled is not None else {},
        amended=_amended(amended, read, named, told) if amended is not None else (),
    )
    _refuse_missing(arrivals, told)
    replay = Replay(arrivals, told, secret, zone, named)
    decisions = list(replay.decisions())
    if to is not None:
        _write(to, map(risk.decision_as_json, decisions))
    if to is not None and amended is not None:
        told_amended = map(risk.amendment_as_json, replay.amendments)
        _write(to.with_suffix(".amendments.jsonl"), told_amended)
    document = _document(opened, told, decisions, secret) | {
        "relodged": sum(one.is_relodged for one in decisions),
        "amended": len(replay.amendments),
        "raised": sum(one.raised for one in replay.amendments),
    }
    if as_json:
        answer_json(document)
        return
    _print(opened, decisions)


def _key(path: Path) -> bytes:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(KEY_BYTES) + "\n", encoding="ascii")
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise TamghaError(_WRONG_KEY.format(path=path))
    return key


def _arrivals(
    opened: risk.DeclarationSet,
    profiles: Sequence[risk.Profile],
    lists: risk.ProfileLists,
    scores: Path | None,
) -> tuple[list[dict[str, Any]], Hits]:
    """Return one row per declaration in the order of lodging, and the hits of each."""
    columns = ["declaration", "office", "direction", "lodged", "day", "importer"]
    columns += ["transport_document", "previous_document"]
    items = pl.from_arrow(opened.items(columns))
    if not isinstance(items, pl.DataFrame):
        raise TypeError("a table makes a frame")
    first = items.group_by("declaration", maintain_order=True).first()
    hits = _declaration_hits(opened, profiles, lists)
    if scores is not None:
        first = first.join(_scores(scores), on="declaration", how="left", maintain_order="left")
    else:
        first = first.with_columns(score=pl.lit(None, pl.Float64))
    return first.with_columns(novel=_novel(opened, first)).to_dicts(), hits


def _declaration_hits(
    opened: risk.DeclarationSet, profiles: Sequence[risk.Profile], lists: risk.ProfileLists
) -> dict[str, list[tuple[risk.Profile, int]]]:
    names = pl.Series(opened.items(["declaration"])["declaration"])
    hits: dict[str, list[tuple[risk.Profile, int]]] = {}
    by_code = profile_hits(opened, profiles, lists)
    for profile in profiles:
        counted = names.filter(pl.Series(by_code[profile.code])).value_counts()
        for declaration, count in counted.iter_rows():
            hits.setdefault(declaration, []).append((profile, count))
    return hits


def _cancelled(path: Path, zone: ZoneInfo) -> dict[str, datetime]:
    """Return when declarations were cancelled; a moment without a zone is the office's."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if not {"declaration", "cancelled"} <= set(reader.fieldnames or ()):
            raise TamghaError(
                _CANCELLED.format(path=path, came=", ".join(reader.fieldnames or ()) or "—")
            )
        found: dict[str, datetime] = {}
        for number, row in enumerate(reader, 2):
            try:
                at = datetime.fromisoformat(row["cancelled"])
            except ValueError as error:
                told = _MOMENT.format(path=path, row=number, came=row["cancelled"])
                raise TamghaError(told) from error
            found[row["declaration"]] = at if at.tzinfo else at.replace(tzinfo=zone)
    return found


def _amended(
    folder: Path,
    profiles: Sequence[risk.Profile],
    lists: risk.ProfileLists,
    told: risk.Plan,
) -> list[tuple[datetime, str, list[tuple[risk.Profile, int]]]]:
    """Return the amended versions in time, with the criteria that hit each."""
    named = {name for one in profiles for name in one.condition.columns}
    indicators = sorted(name for name in named if name in risk.READY)
    if told.mode != "modsel" or indicators:
        raise TamghaError(_AMENDED.format(names=", ".join(indicators) or "—"))
    opened = risk.DeclarationSet.open(folder)
    hits = _declaration_hits(opened, profiles, lists)
    rows = opened.items(["declaration", "lodged"]).to_pylist()
    when = {row["declaration"]: moment(row) for row in rows}
    return sorted((at, name, hits.get(name, [])) for name, at in when.items())


def _refuse_missing(arrivals: Arrivals, told: risk.Plan) -> None:
    if told.mode == "capacity":
        missing = sorted({row["direction"] for row in arrivals.rows} - set(told.capacity))
        if missing:
            raise TamghaError(_NO_DIRECTION.format(names=", ".join(missing)))


def _scores(path: Path) -> pl.DataFrame:
    table = pl.read_parquet(path)
    if not {"declaration", "score"} <= set(table.columns):
        raise TamghaError(_SCORES.format(path=path, came=", ".join(table.columns)))
    # a declaration is as risky as its riskiest item
    return table.group_by("declaration").agg(pl.col("score").max())


def _novel(opened: risk.DeclarationSet, first: pl.DataFrame) -> pl.Series:
    """Return whether no declaration of the importer was known to be examined before the day."""
    told = pl.from_arrow(opened.findings().select(["declaration", "known"]))
    if not isinstance(told, pl.DataFrame):
        raise TypeError("a table makes a frame")
    since = (
        told.join(first.select("declaration", "importer"), on="declaration")
        .group_by("importer")
        .agg(pl.col("known").min().alias("since"))
    )
    joined = first.join(since, on="importer", how="left", maintain_order="left")
    return joined.select((pl.col("since") >= pl.col("day")).fill_null(value=True)).to_series()


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as lines:
        for one in rows:
            lines.write(json.dumps(one, ensure_ascii=False) + "\n")
    part.replace(path)


def _document(
    opened: risk.DeclarationSet,
    told: risk.Plan,
    decisions: Sequence[risk.Decision],
    key: bytes,
) -> dict[str, object]:
    chances = np.array([float(one.inclusion) for one in decisions])
    counted = risk.recount((one.declared.key, one.lane, one.member) for one in decisions)
    return {
        "set": {"name": opened.manifest.name, "simulated": opened.manifest.simulated},
        "mode": told.mode,
        "key_sha256": hashlib.sha256(key).hexdigest(),
        "declarations": len(decisions),
        "lanes": dict(Counter(one.lane.value for one in decisions)),
        "ways": dict(Counter(one.way.value for one in decisions)),
        "random_members": sum(one.member for one in decisions),
        "expected_examinations": float(chances.sum()),
        "covered": float(np.count_nonzero(chances > 0)) / max(1, len(decisions)),
        "counters": [
            {**counter_key._asdict(), **{lane.value: counters.of(lane) for lane in risk.Lane},
             "decided": counters.decided, "members": counters.members}
            for counter_key, counters in counted.items()
        ],
    }  # fmt: skip


def _print(opened: risk.DeclarationSet, decisions: Sequence[risk.Decision]) -> None:
    speech = language()
    table = Table(
        Words("Lane", "Коридор").text(speech),
        Words("Way", "Основание отбора").text(speech),
        Words("Declarations", "Деклараций").text(speech),
        Words("Share", "Доля").text(speech),
    )
    counted = Counter((one.lane, one.way) for one in decisions)
    for (lane, way), count in sorted(
        counted.items(), key=lambda part: (-part[0][0].strictness, part[0][1])
    ):
        share = f"{100 * count / len(decisions):.1f} %"
        lane_name, way_name = risk.LANE_WORDS[lane], risk.WAY_WORDS[way]
        table.add_row(lane_name.text(speech), way_name.text(speech), f"{count:,}", share)
    out.print(table)
    blind = sum(one.inclusion == 0 for one in decisions)
    if blind:
        note = Words(
            "{count} declarations had no chance of an examination: nothing is known of them.",
            "Деклараций без шанса попасть на досмотр: {count}. О них ничего не известно.",
        )
        out.print(note.format(count=f"{blind:,}").text(speech))
    if opened.manifest.simulated:
        simulated = Words(
            "Everything in this set is simulated.", "Всё в этом наборе смоделировано."
        )
        err.print(simulated.text(speech), style="dim")
