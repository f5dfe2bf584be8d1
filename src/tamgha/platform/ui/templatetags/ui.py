"""`{% load ui %}`: icons, seals, numbers with their units, figures, style sheets and scripts."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from tamgha.platform.ui import (
    bundles,
    figures,
    formats,
    icons,
    lanes,
    navigation,
    notices,
    rows,
    whiskers,
)
from tamgha.shared.figures import Figure, Interval
from tamgha.shared.words import Words

register = template.Library()


def _language() -> str:
    return translation.get_language() or "en"


def _number(value: Any) -> int | float | Decimal:
    """Return the number that an attribute of a component holds as text."""
    if isinstance(value, str):
        return float(value) if "." in value else int(value)
    return value  # type: ignore[no-any-return]  # a template's number


# ---- drawings ----------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Draw an icon; the word beside it speaks."""
    return mark_safe(icons.icon(name, css))  # noqa: S308 -- our own constants; css is a literal of a template


@register.simple_tag
def state_icon(state: str) -> SafeString:
    """Draw the icon of a state word."""
    return mark_safe(icons.icon(lanes.STATE_ICONS.get(state, "info")))  # noqa: S308 -- our own constants


@register.simple_tag
def knot(state: str, css: str = "tm-knot") -> SafeString:
    """Draw one knot of a cord: dashed, ring, half or seal."""
    return mark_safe(icons.knot(state, css))  # noqa: S308 -- our own constants


@register.simple_tag
def seal(state: str) -> SafeString:
    """Draw the large seal: mark, sealed, open or broken."""
    return mark_safe(icons.seal(state))  # noqa: S308 -- our own constants


@register.simple_tag
def lane_look(lane: str) -> dict[str, str]:
    """Return glyph, word and short word of a lane in the language of the page."""
    look = lanes.LANES[str(lane)]
    return {
        "key": look.key,
        "glyph": look.glyph,
        "word": look.word.text(_language()),
        "short": look.short.text(_language()),
        "random": lanes.RANDOM.text(_language()),
    }


@register.simple_tag
def evidence_look(kind: str) -> dict[str, str]:
    """Return knot and word of a kind of evidence."""
    drawn, word = lanes.EVIDENCE[str(kind)]
    return {"knot": drawn, "word": word.text(_language())}


@register.simple_tag
def sealed_look(state: str) -> dict[str, str]:
    """Return seal and word of the state of a sealed fact."""
    drawn, word = lanes.SEALED[str(state)]
    return {"seal": drawn, "word": word.text(_language())}


# ---- numbers -----------------------------------------------------------------------------------


@register.filter
def num(value: Any, decimals: int | None = None) -> str:
    """Print a number with its groups; "" stays ""."""
    return "" if value in (None, "") else formats.number(_number(value), decimals)


@register.filter
def percent(value: Any, decimals: int | None = None) -> str:
    """Print a share in [0, 1] as a percentage."""
    return "" if value in (None, "") else formats.percent(_number(value), decimals)


@register.filter
def points(value: Any) -> str:
    """Print a difference of two shares in points, with its sign."""
    return "" if value in (None, "") else formats.value(value, "points")


@register.filter
def unit(value: Any, name: str) -> str:
    """Print a value and its unit with a no-break space: {{ hours|unit:"h" }}."""
    return "" if value in (None, "") else formats.with_unit(value, name)


@register.filter
def money(value: Any, currency: str) -> str:
    """Print an amount and its currency."""
    return "" if value in (None, "") else formats.money(value, currency)


@register.filter
def interval(value: Interval | None, unit: Any = "number") -> str:
    """Print an interval with its unit once: {{ interval|interval:"share" }}."""
    return "" if value is None else formats.interval(value, unit)


@register.filter
def day(value: date | None, form: str = "") -> str:
    """Print a day in words; {{ day|day:"short" }} for tables."""
    if not value:
        return ""
    return formats.day(value, short=form == "short")


@register.filter
def moment(value: datetime | None) -> str:
    """Print a day and its time in the reader's zone."""
    return formats.moment(value) if value else ""


@register.filter
def clock(value: datetime | None) -> str:
    """Print hours and minutes in the reader's zone."""
    return formats.clock(value) if value else ""


@register.filter
def words(value: Any) -> Any:
    """Print a text that the engine says in both languages; anything else stays what it is."""
    return value.text(_language()) if isinstance(value, Words) else value


# ---- figures -----------------------------------------------------------------------------------


@register.simple_tag
def read_figure(figure: Figure) -> figures.Reading:
    """Return how a figure reads in the language of the page."""
    return figures.read(figure)


@register.simple_tag
def rows_of(figure: Figure) -> str:
    """Return the address of the rows behind a figure, or ""."""
    return rows.rows_address(figure.query)


@register.simple_tag
def place_whisker(
    figure: Figure, low: float = 0.0, high: float = 1.0, yardstick: Any = None, *, ends: bool = True
) -> dict[str, Any] | None:
    """Return the places of a figure's whisker, or None where the figure has no interval."""
    if figure.value is None or figure.interval is None:
        return None
    width = 240 if ends else 160
    marks = whiskers.place(
        float(figure.value),
        (figure.interval.low, figure.interval.high),
        axis=(float(low), float(high)),
        yardstick=None if yardstick in (None, "") else float(yardstick),
        width=width,
        ends=ends,
    )
    factor = 100 if figure.unit in ("share", "points") else 1
    reading = figures.read(figure)
    return {
        "marks": marks,
        "low": formats.number(float(low) * factor),
        "high": formats.number(float(high) * factor),
        "label": f"{reading.label}: {reading.value}, {reading.interval}",
        "name_start": marks.start - 5,
        "name_end": marks.end + 5,
    }


@register.simple_tag
def meter_parts(done: Any = 0, soft: Any = 0) -> dict[str, Any]:
    """Return the shares of a meter as percentages of its width; ``soft`` is hatched."""
    solid = min(1.0, max(0.0, float(done or 0)))
    hatched = min(1.0 - solid, max(0.0, float(soft or 0)))
    lines = range(int(solid * 200), int((solid + hatched) * 200), 2)
    return {
        "solid": f"{solid * 100:.2f}%",
        "now": round(solid * 100),
        "soft": bool(hatched),
        "lines": [(f"{at / 2:.1f}%", f"{at / 2 + 0.5:.1f}%") for at in lines],
    }


@register.simple_tag
def lane_parts(red: Any = 0, yellow: Any = 0, blue: Any = 0, green: Any = 0) -> dict[str, Any]:
    """Return the parts of a bar of the four lanes in their fixed order, and the same in words.

    The numbers may be counts or shares; what they add up to is the whole width.
    """
    given = (float(one or 0) for one in (red, yellow, blue, green))
    amounts = dict(zip(lanes.LANES, given, strict=True))
    whole = sum(amounts.values())
    language = translation.get_language() or "en"
    bars, words, left = [], [], 0.0
    for key, amount in amounts.items():
        if amount <= 0:
            continue
        share = amount / whole
        bars.append({"key": key, "left": f"{left * 100:.2f}%", "width": f"{share * 100:.2f}%"})
        words.append(f"{lanes.LANES[key].short.text(language)} {formats.percent(share)}")
        left += share
    return {"bars": bars, "words": ", ".join(words)}


# ---- the page ----------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def ui_areas(context: template.Context) -> Sequence[navigation.Entry]:
    """Return the areas of the top bar; a page names its own by the context variable ``area``."""
    request = context.get("request")
    return navigation.areas_for(request, str(context.get("area") or "")) if request else []


@register.simple_tag
def ui_styles() -> SafeString:
    """Link the style sheets: one bundle, or its files in development."""
    return mark_safe(bundles.style_links())  # noqa: S308 -- addresses of our own files


@register.simple_tag
def ui_scripts() -> SafeString:
    """Load the scripts: one bundle, or its files in development."""
    return mark_safe(bundles.script_links())  # noqa: S308 -- addresses of our own files


@register.filter
def undo_address(tags: str) -> str:
    """Return the address that takes an act back, from the tags of its notice."""
    found = next((tag for tag in (tags or "").split() if tag.startswith(notices.UNDO)), "")
    return found.removeprefix(notices.UNDO)
