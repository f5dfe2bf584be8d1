"""The bare view that a list is measured beside: filter, sort and cut the needed columns, and write a table."""

import pyarrow.compute as pc
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template import engines
from django.urls import include, path

from tamgha.practice.targeting import gateways, permissions
from tamgha.site.urls import urlpatterns as of_site

COLUMNS = [
    "declaration",
    "item",
    "day",
    "direction",
    "hs",
    "goods",
    "origin",
    "importer",
    "item_price",
]
TEMPLATE = """<!doctype html><title>Rows</title><p>{{ total }}</p><table>
{% for row in rows %}<tr>{% for value in row.values %}<td>{{ value }}</td>{% endfor %}</tr>{% endfor %}</table>"""


@login_required
def bare(request, pk):
    row = get_object_or_404(permissions.sets_visible_to(request.user), pk=pk)
    items = gateways.workbench_of(row).items.select(COLUMNS)
    asked = request.GET
    low = float(asked["item_price_from"])
    mask = pc.and_(
        pc.equal(items["direction"], asked["direction"]), pc.greater_equal(items["item_price"], low)
    )
    narrow = items.select(["item_price"]).append_column("at", [range_of(len(items))]).filter(mask)
    order = pc.sort_indices(narrow, sort_keys=[("item_price", "descending")])
    rows = items.take(narrow["at"].take(order[:50])).to_pylist()
    page = engines["django"].from_string(TEMPLATE)
    return HttpResponse(page.render({"rows": rows, "total": len(narrow)}, request))


def range_of(count):
    import numpy as np
    import pyarrow as pa

    return pa.array(np.arange(count, dtype=np.int32))


urlpatterns = [path("bare/<int:pk>", bare), path("", include(of_site))]
