"""What tests of several areas of the platform ask for."""

import os
from urllib.parse import quote

import pytest
from django.db import connection


@pytest.fixture
def environment(transactional_db, tmp_path):
    """Let child processes see the test's database: the server's, or a copy of the file."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        copy = tmp_path / "copy.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        url = f"sqlite:///{copy}"
    else:
        who = f"{quote(settings['USER'], safe='')}:{quote(settings['PASSWORD'], safe='')}"
        host = quote(settings["HOST"], safe="")
        url = f"postgresql://{who}@{host}:{settings['PORT']}/{settings['NAME']}"
    return {**os.environ, "TAMGHA_DATABASE_URL": url, "TAMGHA_HOME": str(tmp_path / "home")}
