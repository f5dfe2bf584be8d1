"""Pages of files, the door that serves them, and the door that takes slices."""

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tamgha.platform.accounts.models import User
from tamgha.platform.files import permissions, queries, services
from tamgha.platform.files.choices import Access
from tamgha.platform.files.forms import NewVersionForm, StoreForm, stored
from tamgha.platform.files.models import Upload
from tamgha.platform.ui import notices
from tamgha.shared.errors import TamghaError

PAGE = 50
INERT = "default-src 'none'; sandbox"
"""Nothing in a served file runs, even where a browser shows it."""


@require_http_methods(["GET", "POST"])
@login_required
def files(request: HttpRequest) -> HttpResponse:
    """List the files that the reader may open, and store a new one."""
    user = _person(request)
    form = StoreForm(request.POST or None, request.FILES or None, by=user)
    if request.method == "POST" and form.is_valid():
        keeping = services.Keeping(
            owner=user,
            administration=user.administration,
            access=Access(form.cleaned_data["access"]),
            purpose="files.own",
        )
        try:
            file = stored(form.cleaned_data["file"], keeping=keeping, at=timezone.now())
        except TamghaError as error:
            form.add_error("file", notices.said(error))
        else:
            notices.succeeded(request, _("The file was stored."))
            return redirect("files:file", pk=file.pk)
    found = queries.current_files(user)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found.order_by("-pk")[: PAGE + 1])
    context = {
        "form": form,
        "files": rows[:PAGE],
        "next": f"?before={rows[PAGE - 1].pk}" if len(rows) > PAGE else "",
    }
    return render(request, "files/files.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a file: what it is, its beginning, its versions; put a new version in its place."""
    shown = get_object_or_404(
        permissions.visible_to(request.user).select_related("owner", "administration"), pk=pk
    )
    may_change = permissions.can_retire(request.user, shown) and shown.retired_at is None
    form = NewVersionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and may_change and form.is_valid():
        keeping = services.Keeping(
            owner=_person(request),
            administration=shown.administration,
            access=Access(shown.access),
            purpose=shown.purpose,
        )
        try:
            new = stored(
                form.cleaned_data["file"], keeping=keeping, at=timezone.now(), replaces=shown
            )
        except TamghaError as error:
            form.add_error("file", notices.said(error))
        else:
            notices.succeeded(request, _("The new version was stored."))
            return redirect("files:file", pk=new.pk)
    context = {
        "file": shown,
        "form": form if may_change else None,
        "may_change": may_change,
        "preview": services.preview_of(shown) if shown.retired_at is None else None,
        "versions": queries.versions_of(shown, request.user),
    }
    return render(request, "files/file.html", context, status=422 if form.is_bound else 200)


@require_GET
def open_file(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Serve a file to whoever may open it: as a download, never as a page of this site."""
    found = get_object_or_404(permissions.openable_by(request.user), pk=pk)
    response = FileResponse(
        services.open_for(request.user, found),
        as_attachment=True,
        filename=found.name,
        content_type=found.media_type,
    )
    response["Content-Length"] = str(found.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = INERT
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = f'"{found.sha256}"'
    return response


@require_http_methods(["GET", "POST"])
@login_required
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a file shall be retired, and retire it."""
    user = _person(request)
    found = get_object_or_404(permissions.openable_by(user), pk=pk)
    if request.method == "POST":
        try:
            services.retire(file=found, by=user, at=timezone.now())
        except TamghaError as error:
            notices.refused(request, error)
            return redirect("files:file", pk=pk)
        notices.succeeded(request, _("The file is retired."))
        return redirect("files:files")
    return render(
        request,
        "ui/confirm.html",
        {
            "question": _("Retire the file %(name)s?") % {"name": found.name},
            "words": _(
                "Nobody can open it any more, and this cannot be undone. That it was here stays on record."
            ),
            "yes": _("Retire the file"),
            "no": _("Keep it"),
            "back": reverse("files:file", args=[pk]),
        },
    )


@require_POST
@login_required
@never_cache
def begin_upload(request: HttpRequest) -> JsonResponse:
    """Begin a file that comes in slices: name, size, purpose. Answers with its address."""
    user = _person(request)
    size = request.POST.get("size", "")
    if not (size.isascii() and size.isdigit() and len(size) < 19):
        return JsonResponse({"error": _("The size in bytes was expected.")}, status=400)
    try:
        upload = services.begin_upload(
            name=request.POST.get("name", ""),
            size=int(size),
            keeping=services.Keeping(
                owner=user,
                administration=user.administration,
                purpose=request.POST.get("purpose", "")[:60],
            ),
            at=timezone.now(),
        )
    except TamghaError as error:
        return JsonResponse({"error": notices.said(error)}, status=400)
    return JsonResponse(_state(upload), status=201)


@require_http_methods(["GET", "POST", "DELETE"])
@login_required
@never_cache
def upload(request: HttpRequest, key: str) -> JsonResponse:
    """Tell how much has come (GET), take the next slice (POST), forget it all (DELETE)."""
    found = queries.upload_of(request.user, key)
    if found is None:
        return JsonResponse({"error": _("There is no such upload of yours.")}, status=404)
    if request.method == "DELETE":
        services.drop_upload(upload=found)
        return JsonResponse({})
    if request.method == "GET":
        return JsonResponse(_state(found))
    offset = request.headers.get("X-Offset", "")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 19):
        return JsonResponse({"error": _("The header X-Offset was expected.")}, status=400)
    # Read whole before the row is locked: a slow line must not keep others waiting.
    data = request.read(services.MOST_SLICE + 1)
    try:
        taken = services.take_slice(upload=found, offset=int(offset), data=data, at=timezone.now())
    except services.WrongOffsetError as error:
        return JsonResponse({**_state(found), "received": error.received}, status=409)
    except TamghaError as error:
        return JsonResponse({"error": notices.said(error)}, status=400)
    return JsonResponse(_state(taken))


def _state(found: Upload) -> Mapping[str, object]:
    return {
        "key": str(found.pk),
        "address": reverse("files:upload", args=[found.pk]),
        "received": found.received,
        "size": found.size,
        "slice": services.MOST_SLICE,
    }


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("this page is for people who are signed in")
    return request.user
