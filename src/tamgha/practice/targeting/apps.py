from django.apps import AppConfig


class TargetingConfig(AppConfig):
    name = "tamgha.practice.targeting"
    label = "targeting"
