from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "tamgha.site"
    label = "site"
