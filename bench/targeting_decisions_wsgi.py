"""The site with the bare view beside it, for the decisions' bench."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamgha.site.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
settings.ROOT_URLCONF = "targeting_decisions_node"
