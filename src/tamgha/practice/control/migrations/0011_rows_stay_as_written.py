"""What was decided, approved and found stays: triggers refuse to change or remove it.

What may still happen to a decision: a waiting one is drawn, or amended before; it is cancelled, once;
its draws go on to one successor; the lane that people see (`lane_now`) follows the events beside it; a
task is told where there was none. A plan is rewritten as a draft only.

A later migration that alters one of these tables on SQLite makes the table anew and loses its
triggers: it must put them back.
"""

from django.db import migrations

from tamgha.platform.journal.domain import Guard
from tamgha.platform.journal.gateways import guarding

DECISION = Guard(
    "control_decision",
    fixed=(
        "id", "administration_id", "system_id", "drop_id", "key", "digest", "declaration", "version",
        "first_id", "office", "direction", "importer", "transport_document", "lodged", "decided_at",
        "day", "period", "plan_version_id", "items", "lot", "lot_ends", "draw_id", "epoch",
        "chain_position", "predecessor", "body",
    ),
    unless=(
        (
            "OLD.state = 'waiting'",
            ("mode", "lane", "way", "member", "inclusion", "record", "novel", "score", "hits"),
        ),
        ("OLD.state = 'waiting' OR OLD.task_en = ''", ("task_en",)),
        ("OLD.state = 'waiting' OR OLD.task_ru = ''", ("task_ru",)),
        ("OLD.cancelled_at IS NULL", ("cancelled_at",)),
        ("OLD.successor = ''", ("successor",)),
    ),
    moves=(
        "NEW.state <> OLD.state AND NOT (OLD.state = 'waiting' "
        "OR (OLD.state = 'decided' AND NEW.state = 'cancelled'))",
    ),
    said="a decision stays as it was decided",
)  # fmt: skip
PLAN = Guard(
    "control_planversion",
    fixed=("id", "plan_id", "number", "made_by_id", "made_at"),
    unless=(
        (
            "OLD.state = 'draft'",
            (
                "mode", "expected_red", "expected_yellow", "expected_blue", "random_red",
                "random_yellow", "random_blue", "maximum_hits", "random_lifts", "period",
                "green_delay_minutes", "yellow_to_blue_days", "rule", "capacity",
                "random_examinations", "exploration", "lot_minutes", "planned_minutes", "arrivals",
                "mandatory", "task_en", "task_ru", "reason", "preview",
            ),
        ),
        ("OLD.published_at IS NULL", ("published_at",)),
        ("OLD.retired_at IS NULL", ("retired_at",)),
    ),
    moves=(
        "OLD.state = 'published' AND NEW.state NOT IN ('published', 'retired')",
        "OLD.state = 'retired' AND NEW.state <> 'retired'",
    ),
    said="a plan stays as it was submitted",
)  # fmt: skip
GUARDS = (
    DECISION,
    PLAN,
    Guard("control_decisionhit"),
    Guard("control_decisionevent"),
    Guard("control_drawkey"),
    Guard("control_planstep"),
    Guard("control_actversion"),
    Guard("control_actitem"),
    Guard("control_acttime"),
    Guard("control_actphoto"),
)


class Migration(migrations.Migration):
    dependencies = [("control", "0010_results"), ("journal", "0002_rows_stay_as_written")]

    operations = [guarding(GUARDS)]
