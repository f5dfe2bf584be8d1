"""The first hour runs as the guide prints it: the command line, and the same steps by the pages."""

import csv
import io
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tamgha.platform.accounts import services as accounts
from tamgha.platform.accounts.models import User
from tamgha.platform.jobs import worker
from tamgha.practice.targeting import gateways
from tamgha.practice.targeting.models import DeclarationSet, Intake, Profile
from tamgha.site.cli import main

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "first-hour.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = "df_syn_train_eng.csv"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LINES = 4001  # the head of the file: quick, and enough for every step


def blocks(kind):
    return [body for found, body in BLOCK.findall(GUIDE.read_text("utf-8")) if found == kind]


@pytest.fixture
def head_of_file(data_dir):
    with (data_dir / "kcs_declarations" / FILE).open(encoding="utf-8") as whole:
        return "".join(line for _, line in zip(range(LINES), whole, strict=False))


def run(command, monkeypatch, capsys):
    words = shlex.split(command)
    assert words[0] == "tamgha"
    monkeypatch.setattr("sys.argv", words)
    try:
        code = main()
    except SystemExit as ended:
        code = ended.code
    printed = capsys.readouterr()
    return code or 0, " ".join((printed.out + printed.err).split())


def test_the_commands_run_as_the_guide_prints_them(head_of_file, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    Path(FILE).write_text(head_of_file, encoding="utf-8")
    (profiles,) = blocks("csv")
    Path("profiles.csv").write_text(profiles, encoding="utf-8")
    commands = [
        line
        for body in blocks("sh")
        for line in body.replace("\\\n", " ").splitlines()
        if line.startswith("tamgha")
    ]
    assert [command.split()[2] for command in commands] == ["intake", "backtest"]

    said = [run(command, monkeypatch, capsys) for command in commands]

    assert [code for code, _ in said] == [0, 0], said
    taken, tested = (text for _, text in said)
    assert f"{LINES - 1} rows taken" in taken
    assert "nothing was examined at random" in taken
    for row in csv.DictReader(io.StringIO(profiles)):
        assert row["code"] in tested


def test_the_pages_lead_from_the_file_to_a_saved_profile(
    head_of_file, transactional_db, own_home, client
):
    accounts.create_demo(at=NOW)
    gateways.forget_workbenches()
    timur = User.objects.get(administration__code="juniper", grants__role="analyst")
    client.force_login(timur, backend=BACKEND)
    condition = next(csv.DictReader(io.StringIO(blocks("csv")[0])))["condition"]

    answer = client.post(
        reverse("targeting:intake-new"),
        {
            "file": SimpleUploadedFile(FILE, head_of_file.encode()),
            "content": "items",
            "into": "new",
            "set_name": "Korea, 2020",
            "mapping": "shipped:kcs",
        },
    )
    assert answer.status_code == 302, answer.context["form"].errors
    intake = Intake.objects.get()
    worker.run_waiting()
    fork = client.get(reverse("targeting:intake", args=[intake.pk])).text
    assert "No row has a fault." in fork
    assert "Take nothing" in fork

    client.post(reverse("targeting:intake-decide", args=[intake.pk]), {"take": "yes"})
    worker.run_waiting()
    kept = DeclarationSet.objects.get()
    assert kept.rows == LINES - 1
    limits = client.get(reverse("targeting:set", args=[kept.pk])).text
    assert "nothing was examined at random" in limits

    page = client.get(
        reverse("targeting:profile-new"), {"condition": condition, "set": str(kept.pk)}
    )
    assert "hit rate" in page.text
    assert "Not estimable" in page.text
    shape = page.context["shape"]
    sent = {
        "do": "take-text",
        "shape": shape,
        "text": condition,
        "condition": condition,
        "set": str(kept.pk),
        "based_on": "0",
        "version": page.context["form"]["version"].value(),
        "red": "80",
        "name": "Low unit value",
    }
    taken = client.post(reverse("targeting:profile-new"), sent)
    (row,) = [part for part in taken.context["top"]["parts"] if not part.get("is_group")]
    saved = client.post(
        reverse("targeting:profile-new"),
        sent
        | {
            "do": "save",
            "shape": taken.context["shape"],
            f"{taken.context['top']['id']}-kind": "all",
            f"{row['id']}-column": row["column"],
            f"{row['id']}-operator": row["operator"],
            f"{row['id']}-value": row["values"],
        },
    )

    assert saved.status_code == 302, saved.text
    version = Profile.objects.get().versions.get()
    assert version.evidence_of_test["set_name"] == "Korea, 2020"
    assert version.evidence_of_test["results"] > 0
