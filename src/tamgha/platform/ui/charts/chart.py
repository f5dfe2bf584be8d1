"""A chart as a page, a report or an export holds it."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tamgha.platform.ui.charts import renderer

_log = logging.getLogger(__name__)
PHONE_WIDTH: Final = 320


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One drawing with its message and its table.

    Parameters
    ----------
    source : the Altair source, "tamgha.package.module:function"; called in the renderer process
        with the data, ``ink`` (colours by token) and ``width`` (pixels of the whole drawing)
    data : plain data (JSON) for the source, words already in the reader's language
    label : the message of the chart in one sentence, for those who do not see it
    head, rows : the same numbers as a table, printed
    simulated : whether the data are invented; the drawing itself says so
    provenance : items of the line under the chart
    width : pixels of the wide drawing; phones get one of 320
    """

    source: str
    data: Mapping[str, Any]
    label: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    simulated: bool
    provenance: Sequence[str] = field(default=())
    width: int = 560

    @property
    def wide(self) -> SafeString:
        """The drawing for a page, as SVG with the page's colours."""
        return self._shown(self.width)

    @property
    def narrow(self) -> SafeString:
        """The drawing for a phone."""
        return self._shown(PHONE_WIDTH)

    def svg(self) -> str:
        """Return the drawing with the light colours, for print and reports."""
        return renderer.draw(self._request("svg", self.width, page=False)).decode()

    def png(self, *, scale: float = 2.0) -> bytes:
        """Return the picture; simulated data are named across it too."""
        return renderer.draw(self._request("png", self.width, page=False, scale=scale))

    def spec(self) -> dict[str, Any]:
        """Return the Vega-Lite of the chart, for an export."""
        made: dict[str, Any] = json.loads(
            renderer.draw(self._request("spec", self.width, page=False))
        )
        return made

    def _shown(self, width: int) -> SafeString:
        try:
            drawn = renderer.draw(self._request("svg", width, page=True))
        except renderer.RendererError:
            _log.exception("no drawing of %s", self.source)
            return format_html(
                '<p class="tm-small tm-muted">{}</p>',
                _("The drawing could not be made just now. The table below has the same numbers."),
            )
        return mark_safe(drawn.decode())  # noqa: S308 -- made by our renderer, texts escaped there

    def _request(self, kind: str, width: int, *, page: bool, scale: float = 1.0) -> dict[str, Any]:
        return {
            "kind": kind,
            "source": self.source,
            "data": dict(self.data),
            "width": width,
            "page": page,
            "label": self.label,
            "tag": _("Simulated") if self.simulated else "",
            "scale": scale,
        }
