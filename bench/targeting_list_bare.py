"""The bare views that the list of decisions is measured beside: the same rows in a plain table.

``/bare/decisions`` is the usual way, with the number of rows and pages by offset; ``/bare/key`` asks for
nothing but the thirty rows, by key.
"""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path

from tamgha.practice.control import permissions
from tamgha.practice.control.models import DecisionHit
from tamgha.site.urls import urlpatterns as of_site

SIZE = 30
TEMPLATE = """<!doctype html><title>Decisions</title><p>{{ total }}</p><table>
{% for row in rows %}<tr><td>{{ row.declaration }}<td>{{ row.importer }}<td>{{ row.lane_now }}<td>{{ row.way }}<td>{{ row.office }}<td>{{ row.direction }}<td>{{ row.hits }}<td>{{ row.inclusion }}<td>{{ row.decided_at }}</tr>{% endfor %}</table>"""
FIELDS = {"lane": "lane_now", "way": "way", "state": "state", "direction": "direction"}


def narrowed(request):
    asked = request.GET
    rows = permissions.decisions_visible_to(request.user).defer(
        "body", "record", "task_en", "task_ru"
    )
    rows = rows.filter(**{field: asked[name] for name, field in FIELDS.items() if asked.get(name)})
    if asked.get("day_from"):
        rows = rows.filter(day__gte=asked["day_from"])
    if asked.get("day_to"):
        rows = rows.filter(day__lte=asked["day_to"])
    if asked.get("profile"):
        hits = DecisionHit.objects.filter(code=asked["profile"]).values("decision")
        rows = rows.filter(pk__in=hits)
    if asked.get("q"):
        text = asked["q"]
        rows = rows.filter(Q(declaration__startswith=text) | Q(importer__startswith=text))
    return rows.order_by("-decided_at", "-pk")


def answer(request, rows, total):
    page = engines["django"].from_string(TEMPLATE)
    return HttpResponse(page.render({"rows": rows, "total": total}, request))


@login_required
def usual(request):
    pages = Paginator(narrowed(request), SIZE)
    rows = pages.page(int(request.GET.get("page", "1")))
    return answer(request, rows, pages.count)


@login_required
def by_key(request):
    rows = narrowed(request)
    if request.GET.get("before"):
        at, pk = request.GET["before"].rsplit(" ", 1)
        rows = rows.filter(Q(decided_at__lt=at) | Q(decided_at=at, pk__lt=pk))
    return answer(request, rows[:SIZE], "")


urlpatterns = [
    path("bare/decisions", usual),
    path("bare/key", by_key),
    path("", include(of_site)),
]
