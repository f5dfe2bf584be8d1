"""Small drawings and words of the pages of targeting."""

import math

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tamgha import risk
from tamgha.platform.ui import formats
from tamgha.practice.targeting.queries.intakes import target_choices
from tamgha.shared.figures import Interval
from tamgha.shared.shares import Share

register = template.Library()


@register.simple_tag
def target_options(chosen: str) -> SafeString:
    """Return the options of what a column of a file may be taken for."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (name, SafeString(" selected") if name == chosen else "", label)
            for name, label in target_choices(get_language() or "en")
        ),
    )


@register.filter
def share_of(part: int, whole: int) -> str:
    """Write a part as a share of the whole."""
    return formats.percent(part / whole) if whole else ""


@register.filter
def basis(points: int) -> str:
    """Write basis points as per cent, without the sign: 3000 as 30."""
    return Share(points).percent_text


@register.filter
def indicator_label(name: str) -> str:
    """Return the label of a ready indicator; one of an administration's own by its name."""
    known = risk.READY.get(name)
    return known.label.text(get_language() or "en") if known else name


@register.filter
def limits(kept: dict[str, float]) -> str:
    """Write the interval of a kept rate: 19–55 %."""
    return formats.interval(Interval(kept["low"], kept["high"]), "share")


@register.filter
def bar_height(count: int, most: int) -> int:
    """Return the height of a bar in a drawing 60 high; what is there is seen."""
    return max(2, round(60 * count / most)) if count and most else 0


@register.filter
def bar_top(count: int, most: int) -> int:
    """Return where that bar begins."""
    return 60 - bar_height(count, most)


@register.filter
def odds(reason: risk.Reason) -> str:
    """Say how much a reason changes the odds of a find."""
    times = formats.number(math.exp(abs(reason.weight)), 2)
    if reason.speaks_for:
        return _("raises the odds of a find %(times)s-fold") % {"times": times}
    return _("lowers the odds of a find %(times)s-fold") % {"times": times}
