"""``tamgha run``, ``tamgha worker`` and ``tamgha manage``: the commands that need the database."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from typing import Annotated

import typer

from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words
from tamgha.site.cli_app import app, err, out


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamgha.site.settings")
    import django  # noqa: PLC0415 -- only the commands with a database load the site

    django.setup()


def free_port(host: str, wanted: int) -> int:
    """Return ``wanted``, or the next port up to twenty further that nobody listens on."""
    for port in range(wanted, wanted + 20):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with contextlib.closing(socket.socket(family)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise TamghaError(
        Words(
            f"No free port from {wanted} to {wanted + 19} on {host}. Name another with --port.",
            f"Нет свободного порта с {wanted} по {wanted + 19} на {host}. Задайте другой: --port.",
        )
    )


def _collect() -> None:
    """Gather and pack the static files, in a program of its own: settings look at what is there."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "tamgha.site.manage",
            "collectstatic",
            "--noinput",
            "--clear",
            "-v0",
        ],
        check=True,
    )


def _prepare(*, demo: bool) -> None:
    from django.core.management import call_command  # noqa: PLC0415 -- after set-up

    from tamgha.site.demo import prepare_demo  # noqa: PLC0415 -- after set-up

    call_command("migrate", verbosity=0, interactive=False)
    _collect()
    if demo:
        prepare_demo(say=lambda text: err.print(text, style="dim"))


def server_command(address: str, *, workers: int, threads: int) -> list[str]:
    """Return the command of the server as ``tamgha run`` starts it."""
    return [
        sys.executable,
        *("-m", "gunicorn", "--config", "python:tamgha.site.serving"),
        *("--bind", address, "--workers", str(workers), "--threads", str(threads)),
        "tamgha.site.wsgi:application",
    ]


def _serve(host: str, port: int, workers: int, threads: int) -> None:
    """Become the server: a new program, so that it forks its workers before the engine has threads."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    sys.stdout.flush()
    command = server_command(address, workers=workers, threads=threads)
    os.execv(command[0], command)  # noqa: S606 -- our own interpreter and module


@app.command()
def run(
    demo: Annotated[
        bool, typer.Option("--demo", help="Invented people and sign-in cards.")
    ] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; the next free one if it is busy.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Server processes.")] = 1,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Threads of each.")] = 8,
) -> None:
    """Bring the database up to date and serve the node until it is stopped."""
    started = time.monotonic()
    if demo:
        os.environ["TAMGHA_DEMO"] = "1"
    _set_up()
    from django.conf import settings  # noqa: PLC0415 -- after set-up

    from tamgha.platform.accounts.services import refuse_public_demo  # noqa: PLC0415 -- after set-up

    if settings.TAMGHA_DEMO:
        refuse_public_demo(host)
    port = free_port(host, port)
    _prepare(demo=bool(settings.TAMGHA_DEMO))
    shown = f"[{host}]" if ":" in host else host
    out.print(f"Tamgha is ready at [bold]http://{shown}:{port}/[/bold]  (stop with Ctrl+C)")
    err.print(f"prepared in {time.monotonic() - started:.1f} s", style="dim")
    _serve(host, port, workers, threads)


@app.command()
def worker() -> None:
    """Do the long work of a node and keep its clock, if TAMGHA_WORKER is "apart"."""
    _set_up()
    from tamgha.platform.jobs import worker as jobs_worker  # noqa: PLC0415 -- after set-up
    from tamgha.site import housekeeping  # noqa: PLC0415 -- after set-up

    housekeeping.start_thread()
    jobs_worker.run_forever()


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def manage(context: typer.Context) -> None:
    """Run one of Django's own commands, such as ``tamgha manage migrate``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamgha.site.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 -- with a database

    execute_from_command_line(["tamgha manage", *context.args])
