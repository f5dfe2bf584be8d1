"""``tamgha risk train``: train a model on a set, and say how good it is."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from tamgha import risk
from tamgha.shared.figures import Estimate
from tamgha.shared.words import Words
from tamgha.site.cli_app import answer_json, err, language, out, progress, risk_app

_TRACKS = {
    "later": Words("Later rows of the same training", "Более поздние строки того же обучения"),
    "time": Words("Forward in time (rewards memory)", "Вперёд по времени (поощряет память)"),
    "disjoint": Words("Goods never seen", "Невиданные товары"),
}
_RANKINGS = {
    "model": Words("this model", "эта модель"),
    "model by revenue": Words("this model, p × log(1 + duty)", "эта модель, p × log(1 + пошлина)"),
    "numbers only": Words("numeric columns only", "только числовые графы"),
    "traders and offices only": Words("traders and offices only", "только участники и органы"),
    "random": Words("random", "случайно"),
}
_HEAD = (
    Words("Ranking", "Порядок"),
    Words("AUC", "AUC"),
    Words("Finds, best 1 %", "Доля нарушений, первые 1 %"),
    Words("best 2 %", "первые 2 %"),
    Words("best 5 %", "первые 5 %"),
    Words("best 10 %", "первые 10 %"),
    Words("Duty found at 5 %", "Доля пошлины при 5 %"),
    Words("at 10 %", "при 10 %"),
)


@risk_app.command("train")
def train_model(
    folder: Annotated[Path, typer.Argument(metavar="SET", help="Folder of the set.")],
    to: Annotated[Path, typer.Option("--out", help="Folder for the model.")],
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only findings known by this day."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same number gives the same model.")] = 0,
    tracks: Annotated[
        bool, typer.Option("--tracks", help="Measure both tracks too; takes some minutes.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with JSON.")] = False,
) -> None:
    """Train a model on what examinations found, and write it with its card.

    With --tracks, the way of training is measured forward in time and on goods never seen, side by
    side, beside a model of the numeric columns, one of traders and offices, and chance.
    """
    opened = risk.DeclarationSet.open(folder)
    options = risk.TrainingOptions(seed=seed)
    model = risk.train(opened, as_of=None if as_of is None else as_of.date(), options=options)
    if tracks:
        measured = _measured(opened, options)
        model = model.with_card(model.card.with_tracks(measured.both()))
    model.save(to)
    if as_json:
        answer_json({"model": str(to), "card": model.card.to_dict()})
        return
    _print(model.card)
    err.print(Words(f"Written to {to}", f"Записано в {to}").text(language()), style="dim")


def _measured(opened: risk.DeclarationSet, options: risk.TrainingOptions) -> risk.Tracks:
    with progress(Words("Measuring", "Измерение").text(language())) as shown:
        task = shown.add_task("", total=None)
        return risk.evaluate_tracks(
            opened,
            options=options,
            on_step=lambda done, whole: shown.update(task, completed=done, total=whole),
        )


def _print(card: risk.ModelCard) -> None:
    spoken = language()
    out.print(card.words.text(spoken), markup=False)
    for track in (*([card.check] if card.check else []), *card.tracks):
        table = Table(title=_TRACKS[track.name].text(spoken), caption=track.conditions.text(spoken))
        for head in _HEAD:
            table.add_column(head.text(spoken))
        for one in track.rankings:
            table.add_row(*_line(one, spoken))
        out.print(table)


def _line(one: risk.Ranking, spoken: str) -> list[str]:
    duty = [f"{one.revenue[per]:.2f}" if per in one.revenue else "–" for per in (5, 10)]
    named = _RANKINGS.get(one.name, Words(one.name, one.name)).text(spoken)
    shares = [_told(one.precision[per]) for per in (1, 2, 5, 10)]
    return [named, _told(one.auc), *shares, *duty]


def _told(estimate: Estimate) -> str:
    limits = estimate.interval
    if limits is None:
        return f"{estimate.value:.3f}"
    return f"{estimate.value:.3f} [{limits.low:.3f}; {limits.high:.3f}]"
