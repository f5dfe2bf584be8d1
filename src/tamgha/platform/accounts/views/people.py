"""The people of an administration, for those who manage them."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tamgha.platform.accounts import permissions, queries, services
from tamgha.platform.accounts.choices import LinkPurpose, Role
from tamgha.platform.accounts.forms import GrantForm, InviteForm, PersonForm
from tamgha.platform.accounts.models import EntryLink, User
from tamgha.platform.accounts.views._parts import did, person_of, signed_in, tell_on_form
from tamgha.platform.ui import notices
from tamgha.shared.errors import TamghaError

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is asked for; its state stands in the address."""

    words: str
    role: str
    closed: bool

    @classmethod
    def of(cls, request: HttpRequest) -> "Filters":
        """Read them from the address; nonsense asks for nothing."""
        role = request.GET.get("role", "")
        return cls(
            words=request.GET.get("q", "").strip()[:100],
            role=role if role in Role.values else "",
            closed=request.GET.get("closed") == "1",
        )

    def kept(self, people: QuerySet[User]) -> QuerySet[User]:
        """Return the people that were asked for."""
        people = people.filter(is_active=not self.closed)
        for word in self.words.split():
            people = people.filter(
                Q(full_name__icontains=word)
                | Q(username__icontains=word)
                | Q(email__icontains=word)
            )
        if self.role:
            now = timezone.now()
            people = people.filter(
                Q(grants__ends_at=None) | Q(grants__ends_at__gt=now), grants__role=self.role
            ).distinct()
        return people


@require_GET
@signed_in
def people(request: HttpRequest) -> HttpResponse:
    """List the people whom the reader manages, by name, fifty at a time."""
    user = person_of(request)
    if not permissions.can_manage_people(user):
        raise PermissionDenied
    filters = Filters.of(request)
    found = filters.kept(permissions.visible_to(user))
    after = _number(request.GET.get("after"))
    last = User.objects.filter(pk=after).first() if after else None
    if last is not None:
        found = found.filter(
            Q(full_name__gt=last.full_name) | Q(full_name=last.full_name, pk__gt=last.pk)
        )
    rows = list(
        queries.with_roles(found.order_by("full_name", "pk"), at=timezone.now())[: PAGE + 1]
    )
    more = request.GET.copy()
    if len(rows) > PAGE:
        more["after"] = str(rows[PAGE - 1].pk)
    return render(
        request,
        "accounts/people.html",
        {
            "people": rows[:PAGE],
            "next": more.urlencode() if len(rows) > PAGE else "",
            "filters": filters,
            "roles": Role.choices,
        },
    )


@require_http_methods(["GET", "POST"])
@signed_in
@never_cache
def invite(request: HttpRequest) -> HttpResponse:
    """Enter a person, and show the link of invitation, once."""
    user = person_of(request)
    if not permissions.can_manage_people(user):
        raise PermissionDenied
    form = InviteForm(request.POST or None, by=user)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        try:
            person = services.invite_person(
                new=services.NewPerson(
                    full_name=form.cleaned_data["full_name"],
                    username=form.cleaned_data["username"],
                    email=form.cleaned_data["email"],
                    language=form.cleaned_data["language"],
                ),
                administration=form.administration,
                roles=[Role(form.cleaned_data["role"])],
                by=user,
                at=at,
            )
        except TamghaError as error:
            tell_on_form(form, error)
        else:
            made, secret = services.make_link(person=person, by=user, at=at)
            return _link_page(request, made, secret)
    status = 422 if form.is_bound else 200
    return render(request, "accounts/invite.html", {"form": form}, status=status)


@require_GET
@signed_in
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a person: roles now and before, the way in, and what the reader may do."""
    user = person_of(request)
    shown = get_object_or_404(permissions.visible_to(user).select_related("administration"), pk=pk)
    grants = permissions.grants_visible_to(user).filter(person=shown)
    grants = grants.select_related("administration", "granted_by", "ended_by").order_by("-pk")
    now = timezone.now()
    rows = [
        {
            "grant": grant,
            "in_force": grant.ends_at is None or grant.ends_at > now,
            "can_end": permissions.can_grant(
                user, role=Role(grant.role), person=shown, administration=grant.administration
            ),
        }
        for grant in grants
    ]
    return render(
        request,
        "accounts/person.html",
        {
            "shown": shown,
            "grants": rows,
            "grant_form": GrantForm(by=user, person=shown),
            "can_manage": permissions.can_manage(user, shown),
            "link": EntryLink.objects.filter(
                person=shown, used_at=None, revoked_at=None, expires_at__gt=now
            ).first(),
            "has_second_factor": queries.has_second_factor(shown),
            "last_log_in": shown.log_ins.order_by("-started_at").first(),
            "is_self": shown.pk == user.pk,
        },
    )


@require_http_methods(["GET", "POST"])
@signed_in
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a person's name, login name or e-mail."""
    user, shown = _managed(request, pk)
    form = PersonForm(request.POST or None, instance=shown)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_person(
                person=shown, values=form.cleaned_data, by=user, at=timezone.now()
            )
        except TamghaError as error:
            tell_on_form(form, error)
        else:
            notices.succeeded(request, _("The person was saved."))
            return redirect("accounts:person", pk=pk)
    status = 422 if form.is_bound else 200
    return render(request, "accounts/change.html", {"form": form, "shown": shown}, status=status)


@require_POST
@signed_in
@never_cache
def new_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a new link and show it, once. The link before it stops working."""
    user, shown = _managed(request, pk)
    made, secret = services.make_link(person=shown, by=user, at=timezone.now())
    return _link_page(request, made, secret)


@require_POST
@signed_in
def revoke_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an unused link worthless."""
    user = person_of(request)
    link = get_object_or_404(permissions.links_visible_to(user), pk=pk)
    did(
        request,
        lambda: services.revoke_link(link=link, by=user, at=timezone.now()),
        _("The link was revoked. It opens nothing any more."),
    )
    return redirect("accounts:person", pk=link.person_id)


@require_POST
@signed_in
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person one more role."""
    user = person_of(request)
    shown = get_object_or_404(permissions.visible_to(user), pk=pk)
    form = GrantForm(request.POST, by=user, person=shown)
    if not form.is_valid():
        notices.refused(request, _("Choose one of the roles in the list."))
        return redirect("accounts:person", pk=pk)
    role, place = form.chosen
    did(
        request,
        lambda: services.grant_role(
            person=shown, role=role, administration=place, by=user, at=timezone.now()
        ),
        _("%(person)s has the role from now on: %(role)s.")
        % {"person": shown.full_name, "role": role.label},
    )
    return redirect("accounts:person", pk=pk)


@require_http_methods(["GET", "POST"])
@signed_in
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a role shall end, and end it."""
    user = person_of(request)
    held = get_object_or_404(
        permissions.grants_visible_to(user).select_related("person", "administration"), pk=pk
    )
    if request.method == "POST":
        did(
            request,
            lambda: services.end_role(grant=held, by=user, at=timezone.now()),
            _("The role was ended: %(role)s.") % {"role": held.get_role_display()},
        )
        return redirect("accounts:person", pk=held.person_id)
    return _ask(
        request,
        question=_("End the role %(role)s of %(person)s?")
        % {"role": held.get_role_display(), "person": held.person.full_name},
        consequence=_(
            "From now on %(person)s sees nothing that needs this role. What was done in it stays."
        )
        % {"person": held.person.full_name},
        verb=_("End the role"),
        back=reverse("accounts:person", args=[held.person_id]),
    )


@require_http_methods(["GET", "POST"])
@signed_in
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a lost second factor shall be taken away, and do it."""
    user, shown = _managed(request, pk)
    if request.method == "POST":
        did(
            request,
            lambda: services.reset_second_factor(person=shown, by=user, at=timezone.now()),
            _("The second factor is gone. %(person)s signs in with the password alone.")
            % {"person": shown.full_name},
        )
        return redirect("accounts:person", pk=pk)
    return _ask(
        request,
        question=_("Take away the second factor of %(person)s?") % {"person": shown.full_name},
        consequence=_(
            "Do it only when you have spoken with the person: whoever knows the password can then "
            "sign in. All log-ins of the person end."
        ),
        verb=_("Take it away"),
        back=reverse("accounts:person", args=[pk]),
    )


@require_http_methods(["GET", "POST"])
@signed_in
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether an account shall be closed, and close it."""
    user, shown = _managed(request, pk)
    if request.method == "POST":
        did(
            request,
            lambda: services.close_account(person=shown, by=user, at=timezone.now()),
            _("The account of %(person)s is closed.") % {"person": shown.full_name},
        )
        return redirect("accounts:person", pk=pk)
    return _ask(
        request,
        question=_("Close the account of %(person)s?") % {"person": shown.full_name},
        consequence=_(
            "The person is signed out everywhere and cannot sign in. What the person did stays, "
            "with the name. You can open the account again."
        ),
        verb=_("Close the account"),
        back=reverse("accounts:person", args=[pk]),
    )


@require_http_methods(["GET", "POST"])
@signed_in
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a person who left shall be erased, and do it."""
    user, shown = _managed(request, pk)
    back = reverse("accounts:person", args=[pk])
    if shown.pk == user.pk:
        raise PermissionDenied(_("Nobody erases oneself."))
    if request.method == "POST":
        did(
            request,
            lambda: services.erase_person(person=shown, by=user, at=timezone.now()),
            _("The person was erased. What was done stays, without the name."),
        )
        return redirect(back)
    tasks = services.open_tasks(shown)
    if shown.is_active or tasks:
        language = get_language() or "en"
        context = {"shown": shown, "tasks": [words.text(language) for words in tasks]}
        return render(request, "accounts/not_erased.html", context)
    return _ask(
        request,
        question=_("Erase %(person)s?") % {"person": shown.full_name},
        consequence=_(
            "Destroyed for good: name, login name, e-mail, password, second factor, addresses and "
            "devices of log-ins, and the key of what the journal says of the person. What the person "
            "did stays, as of “Erased person %(number)s”, and the journal still verifies. Not looked "
            "through: texts that people typed, files, and backups made before. Nobody can undo this."
        )
        % {"number": shown.pk},
        verb=_("Erase the person"),
        back=back,
    )


@require_POST
@signed_in
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    user, shown = _managed(request, pk)
    did(
        request,
        lambda: services.reopen_account(person=shown, by=user, at=timezone.now()),
        _("The account of %(person)s is open again.") % {"person": shown.full_name},
    )
    return redirect("accounts:person", pk=pk)


def _managed(request: HttpRequest, pk: int) -> tuple[User, User]:
    user = person_of(request)
    shown = get_object_or_404(permissions.visible_to(user).select_related("administration"), pk=pk)
    if not permissions.can_manage(user, shown):
        raise PermissionDenied
    return user, shown


def _link_page(request: HttpRequest, made: EntryLink, secret: str) -> HttpResponse:
    address = request.build_absolute_uri(reverse("accounts:welcome", args=[secret]))
    return render(
        request,
        "accounts/link.html",
        {
            "shown": made.person,
            "link": made,
            "address": address,
            "is_invitation": made.purpose == LinkPurpose.INVITATION,
            "qr": queries.qr_code(address),
        },
    )


def _ask(
    request: HttpRequest, *, question: str, consequence: str, verb: str, back: str
) -> HttpResponse:
    return render(
        request,
        "ui/confirm.html",
        {
            "question": question,
            "words": consequence,
            "yes": verb,
            "no": _("Leave it as it is"),
            "back": back,
        },
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
