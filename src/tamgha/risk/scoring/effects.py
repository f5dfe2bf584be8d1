"""The effects part of a model: a regularised logistic regression on categories and curves.

Each category of goods, origin, route, kind of rate … that occurs often enough has a weight, pulled
to zero; rare and new ones have none and fall back on their coarser groups (HS 2, 4 and 6 digits).
Sizes enter as curves. Weights are numbers in JSON; contributions add up exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tamgha.risk.scoring.features import Category, Features, combined
from tamgha.risk.scoring.specs import Block, Feature, Subject
from tamgha.shared.words import Words

Floats = NDArray[np.float64]

STEPS = 12
KNOTS = 9
STEPPED = ("net_mass", "value", "unit_value")
LIMIT = 4.0

_CODES: dict[str, Words] = {
    "direction": Words("direction", "направление"),
    "hs:2": Words("chapter", "группа"),
    "hs:3": Words("first three digits", "первые три знака"),
    "hs:4": Words("heading", "позиция"),
    "hs:5": Words("first five digits", "первые пять знаков"),
    "hs:6": Words("subheading", "субпозиция"),
    "origin": Words("origin", "происхождение"),
    "departure": Words("departure", "отправление"),
    "tax_type": Words("kind of rate", "вид ставки"),
    "tax_rate": Words("rate of duty", "ставка пошлины"),
    "process": Words("kind of processing", "вид обработки"),
    "procedure": Words("procedure", "процедура"),
    "additional_procedure": Words("additional procedure", "дополнительная процедура"),
    "payment": Words("way of payment", "способ уплаты"),
    "transport_mode": Words("mode of transport", "вид транспорта"),
    "origin_marking": Words("marking of origin", "маркировка происхождения"),
    "net_mass~": Words("size of the mass", "порядок веса"),
    "value~": Words("size of the value", "порядок стоимости"),
    "unit_value~": Words("size of the price per kg", "порядок цены за кг"),
}


def block(keys: str, subject: Subject, scale: float = 1.0) -> Block:
    """Return a block from keys joined by ``+``."""
    parts = tuple(keys.split("+"))
    en = ", ".join(_CODES[part].en for part in parts)
    ru = ", ".join(_CODES[part].ru for part in parts)
    return Block(parts, Words(en[0].upper() + en[1:], ru[0].upper() + ru[1:]), subject, scale)


@dataclass(frozen=True, slots=True)
class EffectBlock:
    """Weights of one block.

    Parameters
    ----------
    block : what it groups by
    weights : log-odds by category text
    usual : mean contribution over the training rows
    common : the most frequent category of the training rows, "" when none is kept
    """

    block: Block
    weights: dict[str, float]
    usual: float
    common: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve over the quantiles of one feature: straight between its knots.

    Parameters
    ----------
    feature : name
    knots : shape (m,), values of the feature at equally spaced quantiles, rising
    heights : shape (m,), log-odds at them; unknown values get 0
    usual : mean contribution over the training rows
    """

    feature: str
    knots: tuple[float, ...]
    heights: tuple[float, ...]
    usual: float


@dataclass(frozen=True, slots=True)
class Slope:
    """A straight line over one feature, standardised on the training rows and cut at ±4.

    Parameters
    ----------
    feature : name
    centre, spread : mean and standard deviation of the training rows, NaN left out
    weight : log-odds per standard deviation
    usual : mean contribution over the training rows
    """

    feature: str
    centre: float
    spread: float
    weight: float
    usual: float


@dataclass(frozen=True, slots=True)
class Effects:
    """A fitted effects part.

    Parameters
    ----------
    base : margin of a row whose every contribution is usual
    blocks, curves, slopes : its parts
    steps : edges of the steps of ``STEPPED`` features, by name
    """

    base: float
    blocks: tuple[EffectBlock, ...]
    curves: tuple[Curve, ...]
    slopes: tuple[Slope, ...]
    steps: dict[str, tuple[float, ...]]

    def contributions(self, rows: Features) -> Floats:
        """Return what each block, curve and slope adds to the margin; shape (n, parts).

        With ``base`` they sum to the margin.
        """
        made: list[Floats] = []
        keys = stepped(rows, self.steps)
        for one in self.blocks:
            category = combined([keys[key] for key in one.block.keys])
            of_value = np.array([one.weights.get(text, 0.0) for text in category.values])
            made.append(of_value[category.codes] - one.usual)
        made.extend(
            hats(rows.column(curve.feature), curve.knots) @ np.array(curve.heights) - curve.usual
            for curve in self.curves
        )
        for slope in self.slopes:
            z = standardised(rows.column(slope.feature), slope.centre, slope.spread)
            made.append(z * slope.weight - slope.usual)
        return np.stack(made, axis=1) if made else np.zeros((len(rows), 0))

    def margin(self, rows: Features) -> Floats:
        """Return the margin (log-odds), shape (n,)."""
        total: Floats = self.base + self.contributions(rows).sum(axis=1)
        return total

    def subjects(self, specs: Sequence[Feature]) -> list[tuple[Subject, Words, str]]:
        """Return subject, label and feature ("" for a block) of each contribution."""
        by_name = {spec.name: spec for spec in specs}
        told: list[tuple[Subject, Words, str]] = [
            (one.block.subject, one.block.label, "") for one in self.blocks
        ]
        lines = [one.feature for one in self.curves] + [one.feature for one in self.slopes]
        told.extend((by_name[n].subject, by_name[n].label, n) for n in lines)
        return told

    def category_texts(self, rows: Features, place: int) -> list[Words]:
        """Return the category of each row in the block at ``place``, as people read it."""
        keys = stepped(rows, self.steps)
        category = combined([keys[key] for key in self.blocks[place].block.keys])
        told = [self.category_words(place, text) for text in category.values]
        return [told[code] for code in category.codes]

    def category_words(self, place: int, text: str) -> Words:
        """Return a category of the block at ``place`` as people read it."""
        pieces = zip(self.blocks[place].block.keys, text.split("|"), strict=True)
        told = [
            _range(self.steps[key[:-1]], piece) if key.endswith("~") else piece or "?"
            for key, piece in pieces
        ]
        joined = ", ".join(told)
        return Words(joined, joined.replace("?", "не указано"))


def _size(logarithm: float) -> str:
    size = float(np.exp(logarithm))
    return f"{size:.0f}" if size >= 100 else f"{size:.3g}"


def _range(edges: Sequence[float], piece: str) -> str:
    if not piece:
        return "?"
    place = int(piece)
    low = _size(edges[place - 1]) if place > 0 else ""
    high = _size(edges[place]) if place < len(edges) else ""
    return f"{low}…{high}"


def stepped(rows: Features, steps: dict[str, tuple[float, ...]]) -> dict[str, Category]:
    """Return the category columns with the stepped sizes (``net_mass~`` …) beside them."""
    keys = dict(rows.categories)
    for name, edges in steps.items():
        values = rows.column(name)
        codes = np.searchsorted(np.array(edges), values, side="right")
        codes[np.isnan(values)] = len(edges) + 1
        texts = (*(f"{place:02d}" for place in range(len(edges) + 1)), "")
        keys[f"{name}~"] = Category(codes.astype(np.int32), texts)
    return keys


def hats(values: Floats, knots: Sequence[float]) -> Floats:
    """Return the weights of the knots for each value: two neighbours share 1; NaN gives zeros.

    Parameters
    ----------
    values : shape (n,)
    knots : m rising numbers

    Returns
    -------
    shape (n, m)
    """
    edges = np.array(knots)
    place = np.interp(values, edges, np.arange(edges.size))
    known = ~np.isnan(values)
    left = np.clip(np.floor(np.where(known, place, 0)), 0, max(0, edges.size - 2)).astype(int)
    share = np.where(known, place - left, 0.0)
    made = np.zeros((values.size, edges.size))
    at = np.arange(values.size)
    made[at, left] = np.where(known, 1 - share, 0.0)
    if edges.size > 1:
        made[at, left + 1] = share
    return made


def standardised(values: Floats, centre: float, spread: float) -> Floats:
    """Return values in standard deviations, cut at ±4; unknown ones are 0."""
    z = np.clip((values - centre) / spread, -LIMIT, LIMIT)
    return np.where(np.isnan(z), 0.0, z)


@dataclass(frozen=True, slots=True)
class EffectsPlan:
    """What the effects part is made of.

    Parameters
    ----------
    blocks : groups
    curves : features that enter as curves
    curve_scale, slope_scale : how freely they move, 1 as usual
    penalty : inverse strength of the pull to zero (C of the regression), > 0
    least : rows that a category needs
    """

    blocks: tuple[Block, ...]
    curves: tuple[str, ...] = STEPPED
    curve_scale: float = 1.0
    slope_scale: float = 1.0
    penalty: float = 0.02
    least: int = 3


def fit_effects(
    rows: Features,
    found: NDArray[np.bool_],
    plan: EffectsPlan,
    slopes: Sequence[str],
    weights: Floats | None = None,
) -> Effects:
    """Fit the effects part.

    Parameters
    ----------
    rows : n training rows
    found : shape (n,), bool
    plan : what it is made of
    slopes : features that enter as straight lines
    weights : shape (n,), weight of each row, or None

    Returns
    -------
    Effects
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- heavy, only when used

    steps = {name: _edges(rows.column(name), STEPS) for name in STEPPED}
    keys = stepped(rows, steps)
    tried = [(one, _kept(combined([keys[k] for k in one.keys]), plan.least)) for one in plan.blocks]
    varied = [(one, category) for one, category in tried if not _constant(category)]
    plan = replace(plan, blocks=tuple(one for one, _ in varied))
    kept = [category for _, category in varied]
    knots = {name: _edges(rows.column(name), KNOTS - 1, ends=True) for name in plan.curves}
    knots = {name: edges for name, edges in knots.items() if len(edges) > 1}
    lines = [_line(rows, name) for name in slopes]
    lines = [line for line in lines if line[2] > 0]
    parts = [
        block.scale * _indicators(category)
        for block, category in zip(plan.blocks, kept, strict=True)
    ]
    parts += [
        sparse.csr_array(plan.curve_scale * hats(rows.column(name), edges))
        for name, edges in knots.items()
    ]
    if lines:
        table = np.stack([standardised(rows.column(n), c, s) for n, c, s in lines], axis=1)
        parts.append(sparse.csr_array(plan.slope_scale * table))
    design = sparse.hstack(parts, format="csr")
    regression = LogisticRegression(C=plan.penalty, max_iter=200, tol=1e-3)
    regression.fit(design, found, sample_weight=weights)
    found_weights = regression.coef_[0]
    usual = np.asarray(design.mean(axis=0)).ravel()
    return _assembled(
        (plan, kept, knots, lines, steps), found_weights, usual, float(regression.intercept_[0])
    )


_Shape = tuple[
    EffectsPlan,
    list[Category],
    dict[str, tuple[float, ...]],
    list[tuple[str, float, float]],
    dict[str, tuple[float, ...]],
]


def _assembled(shape: _Shape, weights: Floats, usual: Floats, intercept: float) -> Effects:
    plan, kept, knots, lines, steps = shape
    at, blocks, curves, slopes = 0, [], [], []
    for one, category in zip(plan.blocks, kept, strict=True):
        mine = slice(at, at + len(category.values))
        blocks.append(
            EffectBlock(
                one,
                {
                    text: float(weight)
                    for text, weight in zip(category.values, one.scale * weights[mine], strict=True)
                },
                float(weights[mine] @ usual[mine]),
                category.values[int(np.argmax(usual[mine]))] if category.values else "",
            )
        )
        at += len(category.values)
    for name, edges in knots.items():
        mine = slice(at, at + len(edges))
        heights = tuple((plan.curve_scale * weights[mine]).tolist())
        curves.append(Curve(name, edges, heights, float(weights[mine] @ usual[mine])))
        at += len(edges)
    for name, centre, spread in lines:
        weight = float(plan.slope_scale * weights[at])
        slopes.append(Slope(name, centre, spread, weight, float(weights[at] * usual[at])))
        at += 1
    base = intercept + float(weights @ usual)
    return Effects(base, tuple(blocks), tuple(curves), tuple(slopes), steps)


def _edges(values: Floats, parts: int, *, ends: bool = False) -> tuple[float, ...]:
    known = values[np.isfinite(values)]
    if not known.size:
        return ()
    places = np.arange(0 if ends else 1, parts + (1 if ends else 0)) / parts
    return tuple(np.unique(np.quantile(known, places)).tolist())


def _kept(category: Category, least: int) -> Category:
    counts = np.bincount(category.codes, minlength=len(category.values))
    keep = np.flatnonzero(counts >= least)
    place = np.full(len(category.values), -1, np.int32)
    place[keep] = np.arange(keep.size, dtype=np.int32)
    return Category(place[category.codes], tuple(category.values[code] for code in keep))


def _constant(category: Category) -> bool:
    """Whether every row has the same category, or none was kept: nothing to be learnt."""
    return len(category.values) == 0 or (
        len(category.values) == 1 and bool((category.codes == 0).all())
    )


def _indicators(category: Category) -> sparse.csr_array:
    rows = np.flatnonzero(category.codes >= 0)
    shape = (len(category.codes), len(category.values))
    return sparse.csr_array((np.ones(rows.size), (rows, category.codes[rows])), shape=shape)


def _line(rows: Features, name: str) -> tuple[str, float, float]:
    values = rows.column(name)
    known = values[np.isfinite(values)]
    if known.size < 2:
        return name, 0.0, 0.0
    return name, float(known.mean()), float(known.std())
