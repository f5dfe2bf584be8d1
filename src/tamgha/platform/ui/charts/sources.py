"""The Altair sources of the ready kinds of chart. Only the renderer process imports this module.

Each source takes plain data, the ink and the width of the plot in pixels, and returns an Altair
chart. Labels stand on the marks, never in a legend; nothing is smoothed; bars start at zero.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from tamgha.platform.ui.charts.ink import Ink

Data = Mapping[str, Any]
_NARROW = 400


def _rows(values: Sequence[Mapping[str, Any]]) -> alt.Data:
    return alt.Data(values=[dict(value) for value in values])  # type: ignore[no-untyped-call]  # Altair leaves it untyped


def _axis_words(data: Data) -> str:
    """Return Vega's expression of an axis label: a percentage or a grouped number, with commas in Russian."""
    shown = (
        "format(datum.value * 100, '~r')"
        if data["unit"] == "share"
        else "format(datum.value, ',~r')"
    )
    if data["language"] == "ru":
        shown = f"replace(replace({shown}, /,/g, '\u00a0'), '.', ',')"
    return f"{shown} + '\u00a0%'" if data["unit"] == "share" else shown


def _y_axis(data: Data, **more: Any) -> alt.Axis:
    return alt.Axis(
        title=None, labelExpr=_axis_words(data), tickCount=4, domain=False, ticks=False, **more
    )


def _every(labels: Sequence[str], width: int, room: int) -> list[str]:
    """Return the labels that fit side by side, the first always among them."""
    fit = max(2, width // room)
    step = -(-len(labels) // fit)
    return list(labels[::step])


def interval_dots(data: Data, *, ink: Ink, width: int) -> Any:
    """Draw a value with its interval for each week, and the yardstick as a dashed line."""
    marks = data["marks"]
    labels = [mark["label"] for mark in marks]
    beside = 110 if width > _NARROW else 0
    plot = width - 62 - beside
    x = alt.X(
        "label:N",
        sort=None,
        axis=alt.Axis(
            title=None, labelAngle=0, values=_every(labels, plot, 74), ticks=False, domain=False
        ),
        scale=alt.Scale(domain=labels),
    )
    y = alt.Y("value:Q", scale=alt.Scale(domain=[0, data["top"]], nice=True), axis=_y_axis(data))
    seen = [mark for mark in marks if mark["value"] is not None]
    base = alt.Chart(_rows(seen)).encode(x=x)
    layers = [*_yardstick(data, ink, plot, named=bool(beside))]
    layers.append(
        base.mark_rule(strokeWidth=8 if plot > 300 else 6, color=ink("fig-band")).encode(
            y=alt.Y(
                "low:Q", scale=alt.Scale(domain=[0, data["top"]], nice=True), axis=_y_axis(data)
            ),
            y2="high:Q",
        )
    )
    for still_open, fill in ((False, ink("fig-1")), (True, ink("surface"))):
        layers.append(
            base.transform_filter(f"datum.open == {str(still_open).lower()}")
            .mark_point(
                filled=True, fill=fill, stroke=ink("fig-1"), strokeWidth=1.6, size=44, opacity=1
            )
            .encode(y=y)
        )
    layers += _events(data, ink, x)
    drawn = alt.layer(*layers).properties(width=plot, height=data["height"])
    if data.get("yardstick") and not beside:
        return drawn.properties(title=_line_above(f"- - {data['yardstick']['words']}", ink))
    return drawn


def _yardstick(data: Data, ink: Ink, plot: int, *, named: bool) -> list[Any]:
    level = data.get("yardstick")
    if not level:
        return []
    rows = alt.Chart(_rows([level]))
    layers = []
    if level["low"] is not None:
        layers.append(
            rows.mark_rect(color=ink("grid"), opacity=0.7).encode(
                y="low:Q", y2="high:Q", x=alt.value(0), x2=alt.value(plot)
            )
        )
    layers.append(
        rows.mark_rule(color=ink("fig-2"), strokeDash=[3, 3], strokeWidth=1.5).encode(
            y="value:Q", x=alt.value(0), x2=alt.value(plot)
        )
    )
    if named:
        layers.append(
            rows.mark_text(color=ink("ink-2"), align="left", dx=7, baseline="middle").encode(
                y="value:Q", x=alt.value(plot), text="words:N"
            )
        )
    return layers


def _line_above(text: str, ink: Ink) -> alt.Title:
    """Return a line of words above the plot, at its left."""
    return alt.Title(
        text=text, anchor="start", color=ink("ink-2"), fontSize=12,
        fontWeight="normal", offset=4,
    )  # fmt: skip


def _events(data: Data, ink: Ink, x: alt.X) -> list[Any]:
    events = data.get("events") or []
    if not events:
        return []
    rows = alt.Chart(_rows(events)).encode(x=x)
    return [
        rows.mark_rule(color=ink("ink"), strokeWidth=1.2).encode(
            y=alt.value(0), y2=alt.value(data["height"])
        ),
        rows.mark_text(
            align="right", dx=-5, baseline="top", fontWeight=600, color=ink("ink")
        ).encode(y=alt.value(0), text="words:N"),
    ]


def bars(data: Data, *, ink: Ink, width: int) -> Any:
    """Draw horizontal bars from zero, each with its name at the left and its value at the end."""
    names = [mark["label"] for mark in data["marks"]]
    longest = max((len(name) for name in names), default=1)
    left = min(int(longest * 7.2) + 12, width // 2)
    ends = max((len(mark["words"]) for mark in data["marks"]), default=1) * 7 + 14
    plot = max(80, width - left - ends)
    y = alt.Y(
        "label:N",
        sort=None,
        scale=alt.Scale(domain=names, paddingInner=0.45, paddingOuter=0.2),
        axis=alt.Axis(
            title=None, ticks=False, domain=False, labelLimit=left, labelColor=ink("ink")
        ),
    )
    x = alt.X("value:Q", scale=alt.Scale(domain=[0, data["top"]]), axis=None)
    base = alt.Chart(_rows(data["marks"])).encode(y=y)
    layers: list[Any] = [base.mark_bar(color=ink("fig-band")).encode(x=x)]
    with_interval = [mark for mark in data["marks"] if mark["low"] is not None]
    reach = "value:Q"
    if with_interval:
        lines = alt.Chart(_rows(with_interval)).encode(y=y)
        layers.append(
            lines.mark_rule(color=ink("fig-1"), strokeWidth=1.5).encode(
                x=alt.X("low:Q", scale=alt.Scale(domain=[0, data["top"]]), axis=None), x2="high:Q"
            )
        )
        layers += [
            lines.mark_tick(color=ink("fig-1"), thickness=1.5, size=9).encode(x=f"{end}:Q")
            for end in ("low", "high")
        ]
        layers.append(
            lines.mark_point(filled=True, color=ink("fig-1"), size=40, opacity=1).encode(
                x="value:Q"
            )
        )
        reach = "reach:Q"
    layers.append(
        base.transform_calculate(reach="max(datum.value, datum.high == null ? 0 : datum.high)")
        .mark_text(align="left", dx=6, color=ink("ink"))
        .encode(x=reach, text="words:N")
    )
    return alt.layer(*layers).properties(width=plot, height=max(28, 26 * len(names)))


def histogram(data: Data, *, ink: Ink, width: int) -> Any:
    """Draw bars = now, and a grey line = before, over the same steps."""
    labels = [mark["label"] for mark in data["marks"]]
    plot = width - 62
    x = alt.X(
        "label:N",
        sort=None,
        scale=alt.Scale(domain=labels, paddingInner=0.12, paddingOuter=0.06),
        axis=alt.Axis(title=data["x"], labelAngle=0, values=_every(labels, plot, 66), ticks=False),
    )
    y = alt.Y("value:Q", scale=alt.Scale(domain=[0, data["top"]], nice=True), axis=_y_axis(data))
    base = alt.Chart(_rows(data["marks"])).encode(x=x)
    layers: list[Any] = [base.mark_bar(color=ink("fig-band")).encode(y=y)]
    if data["before"]:
        tick = max(6, int(plot / max(1, len(labels)) * 0.98))
        layers.append(
            base.mark_tick(color=ink("fig-2"), thickness=2, size=tick).encode(y="before:Q")
        )
    return alt.layer(*layers).properties(width=plot, height=data["height"])


_STYLES = (("fig-1", [1, 0]), ("fig-2", [5, 3]), ("fig-3", [1, 0]), ("ink", [2, 2]))


def frontier(data: Data, *, ink: Ink, width: int) -> Any:
    """Draw curves of what is found against what it costs, each named at its end."""
    curves = data["curves"]
    longest = max((len(curve["name"]) for curve in curves), default=1)
    beside = min(int(longest * 7.2) + 12, 190 if width > _NARROW else 96)
    plot = width - 66 - beside
    x = alt.X(
        "x:Q",
        scale=alt.Scale(domain=[0, data["right"]]),
        axis=alt.Axis(
            title=data["x"],
            tickCount=4,
            labelExpr=_axis_words({**data, "unit": data["x_unit"]}),
            grid=False,
            ticks=False,
        ),
    )
    y = alt.Y("y:Q", scale=alt.Scale(domain=[0, data["top"]], nice=True), axis=_y_axis(data))
    layers: list[Any] = []
    for at, curve in enumerate(curves):
        token, dash = _STYLES[-1] if curve["truth"] else _STYLES[at % 3]
        base = alt.Chart(_rows(curve["points"])).encode(x=x)
        if curve["points"] and curve["points"][0]["low"] is not None:
            layers.append(
                base.mark_area(color=ink("fig-band"), opacity=0.45).encode(y="low:Q", y2="high:Q")
            )
        layers.append(base.mark_line(color=ink(token), strokeDash=dash, strokeWidth=2).encode(y=y))
        end = alt.Chart(_rows([{**curve["points"][-1], "name": curve["name"]}]))
        layers.append(
            end.mark_text(
                color=ink(token), baseline="middle", align="left", dx=6, limit=beside
            ).encode(x=x, y="named:Q", text="name:N")
        )
    return alt.layer(*layers).properties(
        width=plot, height=data["height"], title=_line_above(data["y"], ink)
    )


def calibration(data: Data, *, ink: Ink, width: int) -> Any:
    """Draw what was said against what came true, with intervals, beside the line where both agree."""
    side = min(width - 70, 340)
    scale = alt.Scale(domain=[0, data["top"]], nice=True)
    axis: dict[str, Any] = {"tickCount": 4, "labelExpr": _axis_words(data), "ticks": False}
    x = alt.X("said:Q", scale=scale, axis=alt.Axis(title=data["x"], grid=False, **axis))
    y = alt.Y("seen:Q", scale=scale, axis=alt.Axis(title=data["y"], domain=False, **axis))
    base = alt.Chart(_rows(data["pairs"])).encode(x=x)
    line = alt.Chart(_rows([{"said": 0, "seen": 0}, {"said": data["top"], "seen": data["top"]}]))
    return alt.layer(
        line.mark_line(color=ink("fig-2"), strokeDash=[3, 3], strokeWidth=1.5).encode(x=x, y=y),
        base.mark_rule(color=ink("fig-band"), strokeWidth=7).encode(y="low:Q", y2="high:Q"),
        base.mark_point(filled=True, color=ink("fig-1"), size=44, opacity=1).encode(y=y),
    ).properties(width=side, height=min(side, data["height"]))
