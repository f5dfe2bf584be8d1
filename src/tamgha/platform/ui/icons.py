"""The icons, lane glyphs and seals of the interface: one drawing each, in a 16 by 16 box."""

from typing import Final

# Stroked with the text's colour, 1.6 wide. Lane glyphs: crate, page, clock, arrow.
ICONS: Final[dict[str, str]] = {
    "alert": '<path d="M8 2 14.6 13.6H1.4zM8 6.4v3.4M8 11.6v.3"/>',
    "check": '<path d="m2.8 8.6 3.4 3.4 7-7.6"/>',
    "cross": '<path d="m3.5 3.5 9 9m0-9-9 9"/>',
    "plus": '<path d="M8 2.8v10.4M2.8 8h10.4"/>',
    "minus": '<path d="M3 8h10"/>',
    "info": '<circle cx="8" cy="8" r="6.2"/><path d="M8 7.2v4M8 4.8v.3"/>',
    "flask": '<path d="M6 2h4M6.5 2v4.2L2.8 13a.8.8 0 0 0 .7 1.2h9a.8.8 0 0 0 .7-1.2L9.5 6.2V2M4.5 10h7"/>',
    "sent": '<path d="M4.5 12.5h7a2.8 2.8 0 0 0 .4-5.6A4 4 0 0 0 4.3 6 3.3 3.3 0 0 0 4.5 12.5zM6.2 9.2l1.4 1.4 2.6-2.8"/>',
    "search": '<circle cx="7" cy="7" r="4.6"/><path d="m10.5 10.5 3.7 3.7"/>',
    "globe": '<circle cx="8" cy="8" r="6.2"/><path d="M1.8 8h12.4M8 1.8c2.2 1.8 3 4 3 6.2s-.8 4.4-3 6.2c-2.2-1.8-3-4-3-6.2s.8-4.4 3-6.2z"/>',
    "home": '<path d="M2 7.5 8 2.3l6 5.2M3.6 6.5v7.2h8.8V6.5M6.5 13.7V9.5h3v4.2"/>',
    "book": '<path d="M8 3.8C6.5 2.7 4.5 2.4 2 2.5v10.2c2.5-.1 4.5.2 6 1.3 1.5-1.1 3.5-1.4 6-1.3V2.5c-2.5-.1-4.5.2-6 1.3zM8 3.8V14"/>',
    "people": '<circle cx="5.5" cy="5.5" r="2.3"/><circle cx="11" cy="6" r="1.9"/><path d="M1.5 13c.3-2.6 1.9-4 4-4s3.7 1.4 4 4M10.2 9.3c2.4-.5 4 1 4.3 3.2"/>',
    "more": '<path d="M3 8h.1M8 8h.1M13 8h.1" stroke-width="2.6"/>',
    "crate": '<path d="M8 1.8 13.5 4.6v6.8L8 14.2 2.5 11.4V4.6zM2.5 4.6 8 7.4l5.5-2.8M8 7.4v6.8"/>',
    "page": '<path d="M3.5 1.8h6l3 3v9.4h-9zM9.5 1.8v3h3M5.6 8h4.8M5.6 11h4.8"/>',
    "clock": '<circle cx="8" cy="8" r="6.2"/><path d="M8 4.4V8l2.6 1.8"/>',
    "arrow": '<path d="M2 8h11M9 3.8 13.2 8 9 12.2"/>',
    "download": '<path d="M8 2v8.5M4.4 7.2 8 10.8l3.6-3.6M2.5 14h11"/>',
    "upload": '<path d="M8 11V2.5M4.4 5.8 8 2.2l3.6 3.6M2.5 14h11"/>',
    "print": '<path d="M4.5 6V2h7v4M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7V14h-7z"/>',
    "lock": '<path d="M3.5 7h9v7h-9zM5.5 7V4.8a2.5 2.5 0 0 1 5 0V7"/>',
    "gate": '<path d="M2.5 14V4.5L8 2l5.5 2.5V14M5.5 14V8h5v6"/>',
    "flag": '<path d="M3.5 14.2V2.2M3.5 3h8.8l-2 3 2 3H3.5"/>',
    "hint": '<path d="M5.8 11.5c0-1.7-2-2.5-2-5a4.2 4.2 0 0 1 8.4 0c0 2.5-2 3.3-2 5zM6.2 14h3.6"/>',
    "letter": '<path d="M2 3.8h12v8.6H2zM2 4.2l6 4.6 6-4.6"/>',
    "camera": '<path d="M2 4.8h3l1.2-1.8h3.6L11 4.8h3v8.4H2z"/><circle cx="8" cy="8.8" r="2.6"/>',
    "scales": '<path d="M8 2.2v11.6M4.5 13.8h7M3 4.4h10M3 4.4 1.2 9.2h3.6zM13 4.4l-1.8 4.8h3.6z"/>',
    "sun": '<circle cx="8" cy="8" r="3"/><path d="M8 1.4v1.4M8 13.2v1.4M1.4 8h1.4M13.2 8h1.4M3.3 3.3l1 1M11.7 11.7l1 1M12.7 3.3l-1 1M4.3 11.7l-1 1"/>',
    "moon": '<path d="M13.4 9.6A5.8 5.8 0 0 1 6.4 2.6a5.8 5.8 0 1 0 7 7z"/>',
    "pencil": '<path d="M2.5 13.5 3.3 10l7.4-7.4 2.7 2.7L6 12.7z"/>',
    "table": '<path d="M2 3h12v10H2zM2 6.4h12M6.4 6.4V13"/>',
    "undo": '<path d="M5.4 2.8 2.4 5.8l3 3M2.8 5.8h6.6a3.7 3.7 0 0 1 0 7.4H6"/>',
}

# Ring, half, seal: the more is filled, the more somebody else has seen. Nothing else uses these.
KNOTS: Final[dict[str, str]] = {
    "dashed": '<circle cx="8" cy="8" r="5.8" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="2.4 2.2"/>',
    "ring": '<circle cx="8" cy="8" r="5.8" fill="none" stroke="currentColor" stroke-width="2"/>',
    "half": '<circle cx="8" cy="8" r="5.8" fill="none" stroke="currentColor" stroke-width="2"/><path d="M8 2.2a5.8 5.8 0 0 1 0 11.6z" fill="currentColor"/>',
    "seal": '<circle cx="8" cy="8" r="6.8" fill="currentColor"/><path d="M5.3 10.8V8a2.7 2.7 0 0 1 5.4 0v2.8" fill="none" stroke="var(--surface)" stroke-width="1.3"/><circle cx="8" cy="10.2" r="1" fill="var(--surface)"/>',
}

_DISC = (
    '<path d="M0 16h5.5M26.5 16H32" stroke="currentColor" stroke-width="2" fill="none"/>'
    '<path fill="currentColor" d="M16 3.4c3.7-.2 7.3 1.5 9.5 4.3 2.3 2.9 2.9 6.5 2.5 9.9-.4 3.2-2 6.2-4.6 8.2'
    "-2.6 2-5.8 2.9-9.1 2.5-3.2-.4-6.2-1.9-8.2-4.4C4 21.3 3.2 17.9 3.6 14.6c.4-3.2 2-6.2 4.5-8.3"
    'C10.3 4.4 13.1 3.5 16 3.4z"/>'
    '<g fill="none" stroke="var(--{ground})" stroke-width="2.3" stroke-linecap="round">'
    '<path d="M10.3 22.3v-6.6a5.7 5.7 0 0 1 11.4 0v6.6"/></g>'
    '<circle cx="16" cy="20.6" r="2.3" fill="var(--{ground})"/>'
)

# Drawn in a 32 by 32 box: the mark on the bar, and the three states of a sealed fact.
SEALS: Final[dict[str, str]] = {
    "mark": _DISC.replace("{ground}", "bar"),
    "sealed": _DISC.replace("{ground}", "surface"),
    "open": '<circle cx="16" cy="16" r="12" fill="none" stroke="currentColor" stroke-width="2.5" stroke-dasharray="4 3"/>',
    "broken": '<path d="M16 4a12 12 0 0 0-6 22l3-6-3-5 5-3zM18 4a12 12 0 0 1 5 21l-4-5 2-5-4-4z" fill="currentColor"/>',
}


def icon(name: str, css: str = "") -> str:
    """Return the SVG of an icon, hidden from screen readers: the word beside it speaks."""
    classes = f"tm-ic {css}".rstrip()
    return f'<svg class="{classes}" viewBox="0 0 16 16" aria-hidden="true">{ICONS[name]}</svg>'


def knot(state: str, css: str = "tm-knot") -> str:
    """Return the SVG of one knot of a cord: "dashed", "ring", "half" or "seal"."""
    return f'<svg class="{css}" viewBox="0 0 16 16" aria-hidden="true">{KNOTS[state]}</svg>'


def seal(state: str) -> str:
    """Return the large seal: "mark", "sealed", "open" or "broken"."""
    return f'<svg viewBox="0 0 32 32" aria-hidden="true">{SEALS[state]}</svg>'
