"""Doors of pages: a view is entered by who is signed in, where the area is open, with the right to."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Door:
    """How an area lets people in.

    Parameters
    ----------
    is_open : whether this node has the area at all
    shut : what the page says (404) where it has not
    refused : what the page says (403) to who has no right to it
    """

    is_open: Callable[[], bool]
    shut: "StrOrPromise"
    refused: "StrOrPromise"

    def only(self, may: Callable[[Any], object]) -> Callable[[View[P]], View[P]]:
        """Return a decorator of views that lets in those signed-in users for whom ``may`` holds."""

        def guard(view: View[P]) -> View[P]:
            @login_required
            @wraps(view)
            def enter(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
                if not self.is_open():
                    raise Http404(str(self.shut))
                if not may(request.user):
                    raise PermissionDenied(str(self.refused))
                return view(request, *args, **kwargs)

            return enter  # type: ignore[return-value]  # wraps() keeps the shape of the view

        return guard
