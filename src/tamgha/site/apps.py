"""The site as a Django application: it puts the areas into the bar, in their order."""

from django.apps import AppConfig
from django.http import HttpRequest

from tamgha.platform.ui import navigation
from tamgha.shared.words import Words


class SiteConfig(AppConfig):
    name = "tamgha.site"
    label = "site"

    def ready(self) -> None:
        """Register Home, Risk and the search; the areas below register their own."""
        navigation.register_area(
            navigation.Area(
                key="home",
                label=Words("Home", "Главная"),
                url_name="site:home",
                icon="home",
                order=0,
            )
        )
        navigation.register_area(
            navigation.Area(
                key="risk",
                label=Words("Risk", "Риски"),
                url_name="site:risk",
                namespaces=("register", "targeting", "control"),
                icon="scales",
                order=600,
                shown_to=_works_on_risk,
            )
        )
        navigation.register_search("site:search")
        from tamgha.site import acts  # noqa: PLC0415 -- models must be loaded

        acts.register()


def _works_on_risk(request: HttpRequest) -> bool:
    from tamgha.practice.register import permissions as register  # noqa: PLC0415 -- models must be loaded
    from tamgha.practice.targeting import permissions as targeting  # noqa: PLC0415 -- models must be loaded

    return targeting.can_read(request.user) or register.can_read(request.user)
