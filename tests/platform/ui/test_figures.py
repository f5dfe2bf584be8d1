"""A number never walks alone."""

from datetime import date

import pytest
from django.template import Context, Template

from tamgha.platform.ui import figures, whiskers
from tamgha.platform.ui.rows import register_rows
from tamgha.shared.figures import Estimate, Figure, Interval, NotShown, Query
from tamgha.shared.periods import Period
from tamgha.shared.words import Words

NB = "\u00a0"


def rate(**more):
    return Figure.of(
        Estimate(0.146, Interval(0.105, 0.2, method="Wilson"), 212),
        name=Words("Hit rate", "Результативность"),
        definition=Words("share with a find", "доля с результатом"),
        simulated=True,
        unit="share",
        period=Period(date(2026, 9, 7), date(2026, 11, 25)),
        as_of=date(2026, 11, 24),
        **more,
    )


def absent(kind):
    return Figure.of(
        NotShown(kind, Words("9 so far.", "Пока 9."), Words("From 20 on.", "От 20."), n=9),
        name=Words("Hit rate", "Результативность"),
        definition=Words("share with a find", "доля с результатом"),
        simulated=False,
    )


def draw(figure, **attributes):
    marks = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    page = Template("{% cotton figure :figure='figure' " + marks + " %}{% endcotton %}")
    return page.render(Context({"figure": figure}))


def test_the_provenance_line_keeps_its_order_and_leaves_out_what_is_not_there():
    reading = figures.read(rate(), "en")

    assert reading.value == f"15{NB}%"
    assert reading.interval == f"10–20{NB}%"
    assert reading.provenance == (
        "share with a find",
        "n = 212",
        f"95{NB}% interval, Wilson",
        f"7{NB}Sep 2026 to 24{NB}Nov 2026",
        f"as of 24{NB}Nov 2026",
    )


@pytest.mark.parametrize("method", ["lower gamma limit", "Clopper–Pearson", "mid-p gamma"])
def test_a_method_is_named_in_russian(method):
    figure = Figure.of(
        Estimate(3.0, Interval(2.0, 4.0, method=method), 40),
        name=Words("Missed", "Пропущено"),
        definition=Words("a sum", "сумма"),
        simulated=True,
    )

    shown = figures.read(figure, "ru").provenance

    assert f"интервал 95{NB}%, " in " ".join(shown)
    assert method not in " ".join(shown)


def test_the_last_day_of_a_half_open_period_is_the_day_before_its_end():
    assert f"24{NB}нояб. 2026" in figures.read(rate(), "ru").provenance[3]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("too_few", "Too few to show"),
        ("too_early", "Too early to say"),
        ("not_estimable", "Not estimable"),
    ],
)
def test_a_missing_number_is_replaced_by_words_a_reason_and_what_it_would_take(kind, words):
    drawn = draw(absent(kind))

    assert words in drawn
    assert "9 so far." in drawn
    assert "From 20 on." in drawn
    assert "tm-tile__figure" not in drawn


def test_a_simulated_figure_says_so_and_a_real_one_does_not():
    assert "Simulated" in draw(rate())
    assert "Simulated" not in draw(absent("too_few"))


def test_the_rows_behind_a_figure_open_where_an_area_shows_them():
    register_rows("ui-test-rows", lambda params: f"/rows/{params['profile']}/")

    known = draw(rate(query=Query("ui-test-rows", {"profile": "P-014"})))
    unknown = draw(rate(query=Query("nobody-shows-this", {})))

    assert 'href="/rows/P-014/"' in known
    assert "Open the rows" not in unknown


def test_a_bound_is_said_in_words():
    figure = Figure(
        name=Words("Duty", "Пошлина"),
        definition=Words("sum", "сумма"),
        simulated=False,
        value=1_204_400,
        unit="money",
        currency="USD",
        bound="at_least",
    )

    assert figures.read(figure, "en").bound == "at least"
    assert figures.read(figure, "ru").bound == "не менее"


def test_the_whisker_stands_to_scale_and_stops_at_the_ends_of_its_axis():
    marks = whiskers.place(0.25, (0.1, 0.9), axis=(0.0, 0.5), yardstick=0.0, width=240)

    assert (marks.start, marks.end) == (30, 210)
    assert marks.value == 120
    assert marks.low == 66
    assert marks.high == 210
    assert marks.beyond
    assert marks.yardstick == 30


def test_an_axis_that_runs_backwards_is_refused():
    with pytest.raises(ValueError, match="an axis runs upwards"):
        whiskers.place(0.1, None, axis=(1.0, 0.0))
