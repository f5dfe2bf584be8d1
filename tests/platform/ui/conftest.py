"""A site that has nothing but the interface, and a browser to look at it."""

import shutil

import pytest


@pytest.fixture
def alone(settings):
    """The gallery on a demo node, without the areas above."""
    settings.ROOT_URLCONF = "tests.platform.ui.addresses"
    settings.TAMGHA_DEMO = True
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("tamgha.")]
    return settings


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = shutil.which("chromium") or shutil.which("google-chrome")
    ours = {"executable_path": path, "args": ["--no-sandbox"]} if path else {}
    return {**ours, **browser_type_launch_args}
