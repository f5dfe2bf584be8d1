"""`{% load control %}`: shares in basis points, as people read them."""

from django import template

from tamgha.platform.ui import formats

register = template.Library()


@register.filter
def basis_points(value: int) -> str:
    """Print basis points as per cent."""
    return formats.percent(value / 10_000)
