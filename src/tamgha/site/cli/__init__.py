"""The command `tamgha`: one file per subject; each adds its commands when it is imported."""

import importlib
import pkgutil
import sys

from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.site.cli_app import app, say_refusal


def main() -> None:
    """Run the command; a refusal ends with exit code 1 and says everything that was wrong."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    try:
        app()
    except RefusedError as refusal:
        say_refusal(refusal.what, refusal.faults)
        sys.exit(1)
    except TamghaError as refusal:
        say_refusal(refusal.words, ())
        sys.exit(1)
