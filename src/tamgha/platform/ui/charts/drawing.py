"""From a source to an SVG or a PNG: the part of the renderer process that draws."""

import importlib
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from tamgha.platform.ui.charts.ink import FONT, Ink

_ALLOWED: Final = "tamgha."
_TAG_HEIGHT: Final = 22
_NOISE = re.compile(
    r' (?:xmlns:xlink|version|class|role|aria-roledescription|aria-hidden|pointer-events|opacity="1"|stroke-miterlimit)'
    r'(?:="[^"]*")?'
)
_EMPTY = re.compile(r'<path(?: display="none"| d=""| d="M0,0h0v0h0Z")+/>')
_LONG = re.compile(r"-?\d+\.\d{3,}")
_SIZE = re.compile(r'width="([\d.]+)" height="([\d.]+)" viewBox="[^"]*"')


def spec(source: str, data: Mapping[str, Any], *, width: int, page: bool) -> dict[str, Any]:
    """Return the Vega-Lite of a chart.

    Parameters
    ----------
    source : "tamgha.package.module:function"
    data : plain data for it
    width : pixels of the whole drawing
    page : CSS variables (True) or the light values (False)
    """
    ink = Ink(page=page)
    made = _function(source)(data, ink=ink, width=width).to_dict()
    made["config"] = _config(ink)
    return made  # type: ignore[no-any-return]  # Altair's own dictionary


_editions: dict[str, str] = {}


def refresh(source: str, edition: str) -> None:
    """Load the module of a source again when its text has changed since the renderer loaded it."""
    module = source.partition(":")[0]
    if _editions.get(module, edition) != edition and module in sys.modules:
        importlib.reload(sys.modules[module])
    _editions[module] = edition


def _function(source: str) -> Callable[..., Any]:
    module, _, name = source.partition(":")
    if not module.startswith(_ALLOWED) or not name:
        raise ValueError(f"a source is named tamgha.package.module:function; {source!r} came")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]  # called by its contract


def _config(ink: Ink) -> dict[str, Any]:
    words = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": 12, "titleFontSize": 12}
    return {
        "aria": False,
        "background": None,
        "font": FONT,
        "padding": 2,
        "view": {"stroke": None},
        "text": {"font": FONT, "fontSize": 12},
        "title": {"font": FONT},
        "axis": {
            **words,
            "labelColor": ink("ink-3"),
            "titleColor": ink("ink-2"),
            "titleFontWeight": "normal",
            "gridColor": ink("grid"),
            "domainColor": ink("line-strong"),
            "tickColor": ink("line-strong"),
            "labelPadding": 6,
            "titlePadding": 8,
        },
    }


def svg(
    made: Mapping[str, Any], *, label: str, tag: str, page: bool, watermark: bool = False
) -> str:
    """Return the SVG of a spec: named for screen readers, with the tag of simulated data inside.

    Parameters
    ----------
    made : Vega-Lite
    label : the message of the chart
    tag : the word "Simulated" in the reader's language, "" for real data
    page : as in `spec`
    watermark : also write the tag across the plot in 8 % ink, for pictures that leave the page
    """
    import vl_convert  # noqa: PLC0415 -- heavy, only in the renderer process

    drawn = vl_convert.vegalite_to_svg(dict(made))
    drawn = _EMPTY.sub("", _NOISE.sub("", drawn))
    drawn = _LONG.sub(lambda found: f"{float(found.group()):.1f}", drawn)
    return _framed(drawn, label, tag, Ink(page=page), watermark=watermark)


def _framed(drawn: str, label: str, tag: str, ink: Ink, *, watermark: bool) -> str:
    found = _SIZE.search(drawn)
    if found is None:
        raise ValueError("the renderer gave a drawing without a size")
    width, height = float(found.group(1)), float(found.group(2))
    whole = height + (_TAG_HEIGHT if tag else 0)
    head = (
        f'width="{width:.0f}" height="{whole:.0f}" viewBox="0 0 {width:.0f} {whole:.0f}" '
        f'role="img" aria-label="{_escaped(label)}"'
    )
    body = drawn.replace(found.group(0), head, 1)
    extra = _tag(tag, height, ink) if tag else ""
    if tag and watermark:
        extra += (
            f'<text x="{width / 2:.0f}" y="{height / 2:.0f}" font-family="{FONT}" font-size="{width / 9:.0f}" '
            f'text-anchor="middle" fill="{ink("ink")}" fill-opacity="0.08">{_escaped(tag)}</text>'
        )
    return body.replace("</svg>", f"{extra}</svg>")


def _tag(tag: str, top: float, ink: Ink) -> str:
    """Return the hatched tag: a small box with strokes, and the word."""
    y = top + 6
    edge = ink("line-strong")
    return (
        f'<rect x="2.5" y="{y:.1f}" width="14" height="10" rx="2" fill="none" stroke="{edge}"/>'
        f'<path d="M4 {y + 8:.1f}l7-7M8 {y + 9:.1f}l7-7M3.500 {y + 4:.1f}l3-3M12 {y + 9.4:.1f}l3.500-3.500" '
        f'stroke="{ink("hatch")}" stroke-width="1.5" fill="none"/>'
        f'<text x="22" y="{y + 9.5:.1f}" font-family="{FONT}" font-size="12" font-weight="600" '
        f'fill="{ink("ink-2")}">{_escaped(tag)}</text>'
    )


def _escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )


def png(drawn: str, *, scale: float) -> bytes:
    """Return the picture of an SVG that was drawn with the light values."""
    import vl_convert  # noqa: PLC0415 -- heavy, only in the renderer process

    return bytes(vl_convert.svg_to_png(drawn, scale=scale))
