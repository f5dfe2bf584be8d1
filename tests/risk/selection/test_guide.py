"""The worked examples of the guide run as they stand."""

import textwrap
from pathlib import Path
from types import SimpleNamespace

from tests.risk.selection.desk import KEYS, LISTS, MORNING, forecast, item, profile

from tamgha import risk

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "selection.md"


def examples():
    """Return the indented blocks of code of the section about arrivals."""
    section = GUIDE.read_text(encoding="utf-8").split("## Deciding on arrival")[1].split("\n## ")[0]
    blocks, held = [], []
    for line in [*section.splitlines(), "end"]:
        if line.startswith("    ") or (held and not line.strip()):
            held.append(line)
        elif held:
            blocks.append(textwrap.dedent("\n".join(held)))
            held = []
    return blocks


def test_the_guide_decides_on_arrival():
    deciding, timer, following = examples()
    names = {
        "apples": profile("APPLES", "hs LIKE '0808%'", red="30"),
        "pears": profile("PEARS", "hs LIKE '080830%'", red="100"),
        "plums": profile("PLUMS", "importer IN LIST 'watched'", yellow="50"),
        "lists": LISTS,
        "key": KEYS["2026Q1"],
        "now": MORNING,
        "rows": [item(1), item(2, "0808300000")],
        "indicators": risk.OnlineIndicators([risk.READY["importer_age_days"]]),
        "row": SimpleNamespace(state=risk.state_as_json(risk.Counters())),
    }

    exec(deciding, names)

    assert names["row"].state["decided"] == 1
    hits = {hit.code: hit.live for hit in names["answer"].decision.declared.hits}
    assert hits == {"APPLES": True, "PEARS": False}
    assert risk.replay(names["record"], names["key"]).faults == ()

    lots = risk.CapacityParameters(capacity=6, random=2, rule="lots")
    key = risk.CounterKey("KZ10", "import", "2026-03-05")
    state = risk.open_state(key, names["desk"], lots)
    planned = forecast()
    names |= {"parameters": lots, "forecast": planned, "now": MORNING.replace(hour=6)}
    seen = risk.look(names["arrival"], names["desk"], lots)
    one, state = risk.decide(seen, names["desk"], lots, state, planned)

    exec(timer, names | {"waiting": [one], "state": state}, found := {})

    assert [each.decision.mode for each in found["decided"]] == ["lots"]
    finding = {"declaration": "D", "item": 1, "known": MORNING.date(), "found": True}
    told = names | {"rows": list(seen.rows), "finding": finding, "mark": "D"}

    exec(following, told)

    assert told["mark"] == "D"
