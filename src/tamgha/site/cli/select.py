"""``tamgha risk select``: lanes for the declarations of a set, by a plan; replayed in their order."""

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
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
from tamgha.site.cli.backtest import profile_hits
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
_EXISTS = Words(
    "{path} is there already. Name a file that does not exist yet.",
    "Файл {path} уже существует. Укажите имя нового файла.",
)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The declarations of a set in the order of lodging, and which criteria hit which.

    Parameters
    ----------
    rows : one per declaration: declaration, office, direction, lodged, day, score, novel
    hits : declaration -> (profile, items hit) pairs
    """

    rows: list[dict[str, Any]]
    hits: Mapping[str, list[tuple[risk.Profile, int]]]


@risk_app.command("select")
def select_lanes(
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
    to: Annotated[
        Path | None, typer.Option("--out", help="New file for the decisions, one JSON a line.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with JSON.")] = False,
) -> None:
    """Give every declaration of a set its lane, as if it came up now, in the order of lodging.

    Each stored decision holds what its lane and its probability can be recomputed from.
    """
    opened = risk.DeclarationSet.open(folder)
    told = risk.Plan.read(plan)
    read = risk.read_profiles(profiles)
    if to is not None and to.exists():
        raise TamghaError(_EXISTS.format(path=to))
    secret = _key(key)
    arrivals = _arrivals(opened, read, scores)
    zone = ZoneInfo(opened.manifest.timezone or "UTC")
    decide = _modsel if told.mode == "modsel" else _capacity
    decisions = list(decide(arrivals, told, secret, zone))
    if to is not None:
        _write(to, decisions)
    document = _document(opened, told, decisions, secret)
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
    opened: risk.DeclarationSet, profiles: Sequence[risk.Profile], scores: Path | None
) -> Arrivals:
    columns = ["declaration", "office", "direction", "lodged", "day", "importer"]
    items = pl.from_arrow(opened.items(columns))
    if not isinstance(items, pl.DataFrame):
        raise TypeError("a table makes a frame")
    first = items.group_by("declaration", maintain_order=True).first()
    hits: dict[str, list[tuple[risk.Profile, int]]] = {}
    by_code = profile_hits(opened, profiles)
    for profile in profiles:
        counted = items["declaration"].filter(pl.Series(by_code[profile.code])).value_counts()
        for declaration, count in counted.iter_rows():
            hits.setdefault(declaration, []).append((profile, count))
    if scores is not None:
        first = first.join(_scores(scores), on="declaration", how="left", maintain_order="left")
    else:
        first = first.with_columns(score=pl.lit(None, pl.Float64))
    return Arrivals(first.with_columns(novel=_novel(opened, first)).to_dicts(), hits)


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


def _declared(
    row: Mapping[str, Any], arrivals: Arrivals, draws: risk.Draws, zone: ZoneInfo, period: str
) -> risk.Declared:
    name, at = row["declaration"], _moment(row)
    day: date = row["day"]
    hits = tuple(
        risk.CriterionHit(
            profile.code,
            risk.LaneShares(
                profile.red.basis_points, profile.yellow.basis_points, profile.blue.basis_points
            ),
            draws.criterion(profile.code),
            items=items,
        )
        for profile, items in arrivals.hits.get(name, ())
        if profile.is_in_force(day)
    )
    return risk.Declared(
        declaration=name,
        office=row["office"],
        direction=row["direction"],
        decided_at=at,
        period=period,
        draw_id=name,
        epoch=risk.epoch_of(at, zone),
        random_draw=draws.random,
        hits=hits,
        score=row["score"],
    )


def _moment(row: Mapping[str, Any]) -> datetime:
    lodged: datetime = row["lodged"]
    return lodged if lodged.tzinfo else lodged.replace(tzinfo=UTC)


def _modsel(
    arrivals: Arrivals, told: risk.Plan, key: bytes, zone: ZoneInfo
) -> Iterator[risk.Decision]:
    counters: dict[risk.CounterKey, risk.Counters] = {}
    for row in arrivals.rows:
        parameters = told.of(row["office"], row["direction"])
        period = risk.period_of(_moment(row), zone, parameters.period)
        draws = risk.Draws(key, row["declaration"])
        declared = _declared(row, arrivals, draws, zone, period)
        before = counters.get(declared.key, risk.Counters())
        decision, counters[declared.key] = risk.decide_modsel(declared, parameters, before)
        yield decision


def _capacity(
    arrivals: Arrivals, told: risk.Plan, key: bytes, zone: ZoneInfo
) -> Iterator[risk.Decision]:
    missing = sorted({row["direction"] for row in arrivals.rows} - set(told.capacity))
    if missing:
        raise TamghaError(_NO_DIRECTION.format(names=", ".join(missing)))
    states: dict[tuple[str, str], risk.BatchState] = {}
    order = sorted(arrivals.rows, key=lambda row: (row["day"], row["office"], row["direction"]))
    for place, rows in groupby(
        order, key=lambda row: (row["day"], row["office"], row["direction"])
    ):
        day, office, direction = place
        batch = [
            _candidate(_declared(row, arrivals, draws, zone, str(day)), row, draws, told.mandatory)
            for row in rows
            for draws in (risk.Draws(key, row["declaration"]),)
        ]
        state = states.get((office, direction), risk.BatchState())
        result = risk.choose_batch(
            batch, told.capacity[direction], state, group=f"{office} {direction} {day}"
        )
        states[office, direction] = result.state
        yield from result.decisions


def _candidate(
    declared: risk.Declared, row: Mapping[str, Any], draws: risk.Draws, mandatory: frozenset[str]
) -> risk.Candidate:
    return risk.Candidate(
        declared=declared,
        tie_draw=draws.tie,
        explore_draw=draws.explore,
        mandatory=any(hit.code in mandatory for hit in declared.hits),
        novel=row["novel"],
    )


def _write(path: Path, decisions: Iterable[risk.Decision]) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as lines:
        for one in decisions:
            lines.write(json.dumps(risk.decision_as_json(one), ensure_ascii=False) + "\n")
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
