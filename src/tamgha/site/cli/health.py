"""``tamgha health``: what the node stands on, looked at from the machine itself."""

import os
from typing import Annotated

import typer
from rich.table import Table

from tamgha.shared.words import Words
from tamgha.site.cli_app import answer_json, app, language, out

NAMES = {
    "database": Words("database", "база данных"),
    "migrations": Words("migrations", "миграции"),
    "folders": Words("folders", "папки"),
    "disk": Words("disk", "диск"),
    "worker": Words("worker", "исполнитель"),
    "duties": Words("duties by the clock", "работы по часам"),
}
STATES = {
    "ok": Words("in order", "в порядке"),
    "warning": Words("look after it", "требует внимания"),
    "fault": Words("not ready", "не готово"),
}


@app.command()
def health(
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Look at database, migrations, folders, disk, worker and duties; exit code 1 when not ready."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamgha.site.settings")
    import django  # noqa: PLC0415 -- only the commands with a database load the site

    django.setup()
    from tamgha.site.health import is_ready, look  # noqa: PLC0415 -- after set-up

    checks = look()
    if as_json:
        told = [{"name": one.name, "state": one.state, "said": one.said} for one in checks]
        answer_json({"ready": is_ready(checks), "checks": told})
    else:
        table = Table(box=None, show_header=False)
        for one in checks:
            name, state = NAMES[one.name], STATES[one.state]
            table.add_row(name.text(language()), state.text(language()), one.said.text(language()))
        out.print(table)
    if not is_ready(checks):
        raise typer.Exit(1)
