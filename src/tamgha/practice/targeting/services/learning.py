"""Acts on models: train one as long work, put it away; mine rules, and take one over as a draft.

Training goes in steps that are kept as they end, so that it can be stopped and taken up again: the
model itself, scores out of time block by block, and both tracks of its card. A score out of time is
made by a model that saw nothing later than the day before the block: only those scores may stand in
a figure. The scores of the model that is kept are for rows to come.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction
from django.db.models import Max
from numpy.typing import NDArray

from tamgha import risk
from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.jobs import services as jobs
from tamgha.platform.jobs.models import Job
from tamgha.practice.targeting import events, gateways
from tamgha.practice.targeting.choices import ModelState
from tamgha.practice.targeting.models import (
    DeclarationSet,
    Profile,
    ProfileVersion,
    ScoreModel,
    Suggestion,
)
from tamgha.practice.targeting.services.profiles import Wording, next_code, save_draft
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

TRAIN: Final = "targeting.train"
SUGGEST: Final = "targeting.suggest"

FOLDS: Final = 5
"""Folds of the track of goods never seen, as the engine cuts them."""


@dataclass(frozen=True, slots=True)
class Care:
    """How thoroughly a model is trained and measured.

    Parameters
    ----------
    blocks : parts by day that are scored out of time
    first : share of the examined rows by day that the first block's model learns from
    seeds : of the tracks; their figures are means over them
    options : of the training; None for the engine's own
    """

    blocks: int = 6
    first: float = 0.4
    seeds: tuple[int, ...] = (0, 1, 2)
    options: risk.TrainingOptions | None = None

    @property
    def steps(self) -> int:
        """How many steps the work has."""
        return 1 + self.blocks + len(self.seeds) * (1 + FOLDS)


USUAL = Care()

Floats = NDArray[np.float64]
Told = dict[str, Any]


# ---- training ----------------------------------------------------------------------------------


@transaction.atomic
def begin_training(*, row: DeclarationSet, by: User, at: datetime) -> ScoreModel:
    """Begin to train a model on a set, as long work of the person who asked."""
    administration = Administration.objects.select_for_update(no_key=True).get(
        pk=row.administration_id
    )
    last = ScoreModel.objects.filter(administration=administration).aggregate(Max("number"))
    model = ScoreModel.objects.create(
        administration=administration,
        set=row,
        set_change=row.change,
        number=(last["number__max"] or 0) + 1,
        folder=f"model-{secrets.token_hex(6)}",
        made_by=by,
        made_at=at,
    )
    model.job = jobs.start(
        TRAIN,
        {"model": model.pk},
        by=by,
        administration=administration,
        at=at,
        title=Words(
            f"Training model {model.number} on {row.name}",
            f"Обучение модели {model.number} на наборе {row.name}",
        ),
    )
    ScoreModel.objects.filter(pk=model.pk).update(job=model.job)
    events.announce("model.begun", on=model, by=by, at=at)
    model.refresh_from_db()
    return model


def train(model: ScoreModel, context: jobs.JobContext, *, care: Care | None = None) -> ScoreModel:
    """Train a model, step by step, and fill its card. Run by the worker.

    Raises
    ------
    TamghaError
        When the set has too few results to learn from; the reason stays with the model.
    """
    ScoreModel.objects.filter(pk=model.pk).update(state=ModelState.TRAINING, problem={})
    try:
        _in_steps(model, context, care or USUAL)
    except TamghaError as refusal:
        ScoreModel.objects.filter(pk=model.pk).update(
            state=ModelState.FAILED, problem={"en": refusal.words.en, "ru": refusal.words.ru}
        )
        raise
    model.refresh_from_db()
    return model


FITTING = Words("Fitting the model.", "Подбираем модель.")
OUT_OF_TIME = Words("Scoring out of time, block {n}.", "Баллы вне времени обучения, отрезок {n}.")
MEASURING = Words("Measuring both tracks.", "Проводим обе проверки.")


def _in_steps(model: ScoreModel, context: jobs.JobContext, care: Care) -> None:
    folder = gateways.model_folder(model)
    folder.mkdir(parents=True, exist_ok=True)
    context.progress(0, care.steps, FITTING)
    if model.set_change != model.set.change:
        raise TamghaError(
            Words(
                "The set changed since the work was asked for. Train a new model.",
                "Набор изменился после постановки задачи. Обучите новую модель.",
            )
        )
    trade = risk.Trade.of(gateways.open_set(model.set))
    done = set(context.checkpoint.get("done", []))

    def step(name: str, act: Callable[[], object]) -> None:
        if name not in done:
            act()
            done.add(name)
            context.keep({"done": sorted(done)})

    step("model", lambda: _fit(trade, folder, care))
    context.progress(1, care.steps, OUT_OF_TIME.format(n=1))
    starts = block_starts(trade, care)
    for place, days in enumerate(starts):
        step(f"block-{place}", partial(_score_block, trade, folder, place, days, care))
        following = OUT_OF_TIME.format(n=min(place + 2, len(starts)))
        context.progress(2 + place, care.steps, following)
    step("scores", lambda: _join_blocks(trade, folder, len(starts)))
    context.progress(1 + care.blocks, care.steps, MEASURING)
    step("tracks", lambda: _measure(trade, folder, context, care))
    _finish(model, folder)
    context.progress(care.steps, care.steps)


def _fit(trade: risk.Trade, folder: Path, care: Care) -> None:
    """Train the model that is kept, and keep its features by row for the reasons."""
    fitted = risk.train(trade, options=care.options)
    fitted.save(folder)
    features = fitted.features(trade)
    np.save(folder / "numbers.npy", features.numbers)
    names = list(features.categories)
    codes = np.stack([features.categories[name].codes for name in names], axis=1)
    np.save(folder / "codes.npy", codes)
    values = {name: list(features.categories[name].values) for name in names}
    labels = {
        feature: [label.en, label.ru] for _subject, label, feature in fitted.parts() if feature
    }
    _write_json(folder / "features.json", {"values": values, "labels": labels})
    np.save(folder / "score.npy", fitted.score(features))


def block_starts(trade: risk.Trade, care: Care) -> list[tuple[int, int]]:
    """Return (first day, day after the last) of each block that is scored out of time.

    Days are counted from 1970-01-01. The first block begins when a share of the examined rows was
    lodged; the blocks hold about as many examined rows each.
    """
    examined = trade.outcomes().examined
    days = trade.days
    if not examined.any():
        return []
    cuts = np.quantile(days[examined], np.linspace(care.first, 1, care.blocks + 1)[:-1])
    starts = np.unique(np.ceil(cuts).astype(int))
    starts = starts[starts > days.min()]
    ends = [*starts[1:].tolist(), int(days.max()) + 1]
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True) if b > a]


def _score_block(
    trade: risk.Trade, folder: Path, place: int, days: tuple[int, int], care: Care
) -> None:
    """Score the rows of one block by a model that saw nothing of its first day or later."""
    start, end = days
    day = trade.day_of(start) - timedelta(days=1)
    rows = (trade.days >= start) & (trade.days < end)
    scores = np.full(int(rows.sum()), np.nan)
    told: Told = {
        "first": trade.day_of(start).isoformat(),
        "last": trade.day_of(end - 1).isoformat(),
    }
    try:
        fitted = risk.train(_up_to(trade, start), as_of=day, options=care.options)
    except risk.ScoringError as refusal:
        told["why"] = [refusal.words.en, refusal.words.ru]
    else:
        features = fitted.features(_up_to(trade, end))
        scores = fitted.score(features.take(rows[trade.days < end]))
        told |= {
            "examined": fitted.card.examined,
            "found": fitted.card.found,
            "calibrated": fitted.card.calibrated_on > 0,
        }
    np.save(folder / f"block-{place}.npy", scores)
    _write_json(folder / f"block-{place}.json", told | {"start": start, "end": end})


def _up_to(trade: risk.Trade, end: int) -> risk.Trade:
    """Return the rows lodged before a day, with their findings."""
    rows = trade.days < end
    return replace(trade.learning_only(rows), items=trade.items.filter(pa.array(rows)))


def _join_blocks(trade: risk.Trade, folder: Path, count: int) -> None:
    """Write the scores of every row: of the kept model, and out of time where there is one."""
    honest = np.full(len(trade.items), np.nan)
    for place in range(count):
        told = _read_json(folder / f"block-{place}.json")
        rows = (trade.days >= told["start"]) & (trade.days < told["end"])
        honest[rows] = np.load(folder / f"block-{place}.npy")
    table = pa.table(
        {
            "score": np.load(folder / "score.npy").astype(np.float32),
            "out_of_time": pa.array(honest.astype(np.float32), mask=np.isnan(honest)),
            "learnt": trade.outcomes().examined,
        }
    )
    unfinished = folder / "scores.parquet.part"
    pq.write_table(table, unfinished)
    unfinished.replace(folder / "scores.parquet")
    blocks = [_read_json(folder / f"block-{place}.json") for place in range(count)]
    _write_json(folder / "blocks.json", {"blocks": blocks})


def _measure(trade: risk.Trade, folder: Path, context: jobs.JobContext, care: Care) -> None:
    """Put both tracks on the card, or the reason why they could not be measured."""
    fitted = risk.Model.load(folder)
    told: Told = {}
    try:
        tracks = risk.evaluate_tracks(
            trade,
            options=care.options,
            seeds=care.seeds,
            on_step=lambda n, _all: context.progress(1 + care.blocks + n, care.steps, MEASURING),
        )
    except risk.ScoringError as refusal:
        told["why"] = [refusal.words.en, refusal.words.ru]
    else:
        fitted = fitted.with_card(fitted.card.with_tracks(tracks.both()))
        fitted.save(folder)
    _write_json(folder / "tracks.json", told)


def _finish(model: ScoreModel, folder: Path) -> None:
    card = risk.Model.load(folder).card
    ScoreModel.objects.filter(pk=model.pk).update(
        state=ModelState.READY,
        card=json.loads(json.dumps(card.to_dict())),
        tracks={
            **_read_json(folder / "blocks.json"),
            "labels": _read_json(folder / "features.json")["labels"],
            "why": _read_json(folder / "tracks.json").get("why"),
        },
        problem={},
    )


def _write_json(path: Path, told: Told) -> None:
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(told, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    unfinished.replace(path)


def _read_json(path: Path) -> Told:
    told: Told = json.loads(path.read_text(encoding="utf-8"))
    return told


@transaction.atomic
def put_model_away(*, model: ScoreModel, by: User, at: datetime) -> None:
    """Put a model away: it stands beside no profile any more; its card stays."""
    ScoreModel.objects.filter(pk=model.pk).update(state=ModelState.RETIRED)
    events.announce("model.put_away", on=model, by=by, at=at)


@transaction.atomic
def bring_model_back(*, model: ScoreModel, by: User, at: datetime) -> None:
    """Use a model again that was put away. Only one that was trained whole comes back."""
    if not model.card:
        raise TamghaError(
            Words("This model was never finished.", "Эта модель не была обучена до конца.")
        )
    ScoreModel.objects.filter(pk=model.pk).update(state=ModelState.READY)
    events.announce("model.brought_back", on=model, by=by, at=at)


# ---- suggested profiles ------------------------------------------------------------------------


def begin_mining(*, row: DeclarationSet, by: User, at: datetime) -> Job:
    """Begin to mine rules from a set, as long work of the person who asked."""
    return jobs.start(
        SUGGEST,
        {"row": row.pk, "at": at.isoformat()},
        by=by,
        administration=row.administration,
        at=at,
        title=Words(f"Looking for rules in {row.name}", f"Поиск правил в наборе {row.name}"),
    )


def mine(row: DeclarationSet, context: jobs.JobContext, *, at: datetime) -> list[Suggestion]:
    """Mine rules that held on goods they were not made from. Run by the worker.

    Work that is taken up again replaces what it had found before.
    """
    context.progress(0, 1)
    found = risk.suggest_profiles(gateways.open_set(row))
    with transaction.atomic():
        Suggestion.objects.filter(set=row, job_id=context.job_id, taken_as=None).delete()
        made = [
            Suggestion.objects.create(
                administration=row.administration,
                set=row,
                job_id=context.job_id,
                rank=rank,
                condition=one.condition,
                figures=json.loads(json.dumps(one.to_dict())) | {"set_change": row.change},
                made_at=at,
            )
            for rank, one in enumerate(found, start=1)
        ]
    context.progress(1, 1)
    return made


@transaction.atomic
def take_over(
    *, suggestion: Suggestion, by: User, at: datetime, day: date, language: str
) -> ProfileVersion:
    """Make a draft of a profile from a suggested rule, and remember which; twice gives the same one.

    Raises RefusedError when the draft cannot be saved.
    """
    locked = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    if locked.taken_as_id is not None:
        profile = Profile.objects.get(pk=locked.taken_as_id)
        return profile.versions.get(number=profile.latest)
    name, evidence = _draft_words(locked, day)
    version = save_draft(
        administration=locked.administration,
        code=next_code(locked.administration),
        wording=Wording(
            name=name.text(language),
            condition=locked.condition,
            red=10_000,
            evidence=evidence.text(language),
        ),
        by=by,
        at=at,
    )
    Suggestion.objects.filter(pk=locked.pk).update(taken_as=version.profile)
    return version


def _draft_words(suggestion: Suggestion, day: date) -> tuple[Words, Words]:
    valid = suggestion.figures["validation"]
    share, base = (100 * each for each in (valid["value"], suggestion.figures["base"]))
    n, name, rank = valid["n"], suggestion.set.name, suggestion.rank
    return (
        Words(f"Suggested {day.isoformat()}, no. {rank}", f"Предложен {day.isoformat()}, № {rank}"),
        Words(
            f"Mined from the set {name}. On goods it was not made from: {share:.0f} % with a find "
            f"in {n} distinct goods (all goods: {base:.1f} %).",
            f"Найден в наборе {name}. На товарах, по которым правило не строилось: с находкой "
            f"{share:.0f} % из {n} различных товаров (среди всех: {base:.1f} %).",
        ),
    )
