"""Charts are drawn by a process of their own, kept on disk, and say what they show."""

import os
import re
import signal
import socket
import struct
import time

import pytest
from django.utils import translation

from tamgha.platform.ui.charts import (
    Chart,
    Curve,
    Level,
    Mark,
    Pair,
    bars,
    calibration,
    frontier,
    histogram,
    interval_dots,
    renderer,
)

NB = "\u00a0"
WEEKS = [
    Mark("week 1", 0.15, 0.1, 0.2),
    Mark("week 2", 0.06, 0.03, 0.12, open=True, note="still out"),
]


def weeks(**more):
    return interval_dots(
        WEEKS,
        yardstick=Level(0.04, "random draw 4 %", 0.03, 0.05),
        label='Hit rate "by week" < before',
        **{"simulated": True, **more},
    )


@pytest.fixture(autouse=True)
def node(settings):
    """Ask for the settings, so that drawings are kept in the test's own home."""
    return settings


def renderer_pid():
    line = renderer._connect(renderer.socket_path())
    assert line is not None
    with line:
        pid, _, _ = struct.unpack("3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return pid


def test_the_drawing_is_named_and_its_colours_are_those_of_the_page():
    drawn = str(weeks().wide)

    assert 'role="img" aria-label="Hit rate &quot;by week&quot; &lt; before"' in drawn
    assert "var(--fig-1)" in drawn
    assert "var(--fig-band)" in drawn
    assert not re.search(r"\sstyle=|<style|<script", drawn)


def test_print_has_fixed_light_values_and_no_variables():
    drawn = weeks().svg()

    assert "#5d2753" in drawn
    assert "var(--" not in drawn


def test_simulated_data_say_so_inside_the_drawing_and_real_data_do_not():
    assert ">Simulated</text>" in str(weeks().wide)
    assert "Simulated" not in str(weeks(simulated=False).wide)
    with translation.override("ru"):
        assert ">Смоделировано</text>" in str(weeks().wide)


def test_a_phone_gets_a_narrower_drawing_with_the_yardstick_named_above():
    narrow = str(weeks().narrow)

    width = int(re.search(r'width="(\d+)"', narrow).group(1))
    assert width <= 340
    assert "- - random draw 4 %" in narrow
    assert 'font-size="12px"' in narrow
    assert not re.findall(r'font-size="(?:[1-9]|1[01])px"', narrow)


def test_the_table_beside_has_the_same_numbers():
    chart = weeks()

    assert chart.head == ("Week", "Value", "Interval", "Remark")
    assert chart.rows == [
        ("week 1", f"15{NB}%", f"10–20{NB}%", ""),
        ("week 2", f"6{NB}%", f"3–12{NB}%", "still out"),
    ]


def test_an_axis_speaks_the_language_of_the_page():
    marks = [Mark("a", 0.012, 0.0, 0.02), Mark("b", 0.015, 0.01, 0.02)]
    with translation.override("ru"):
        drawn = str(interval_dots(marks, label="x", simulated=False).wide)

    assert f"0,5{NB}%" in drawn


@pytest.mark.parametrize(
    "chart",
    [
        bars([Mark("P-014", 0.126, 0.098, 0.161), Mark("P-031", None, note="too few")], unit="share", label="b", simulated=True),
        bars([Mark("Риски", 12)], label="b", simulated=False),
        histogram([Mark("1", 0.2, before=0.1), Mark("2", 0.8, before=0.9)], label="h", simulated=True, x="fifth"),
        frontier([Curve("model", [(0, 0), (10, 0.6, 0.5, 0.7)]), Curve("truth", [(0, 0), (10, 1)], truth=True)],
                 axes=("examinations", "found"), label="f", simulated=True),
        calibration([Pair(0.1, 0.12, 0.08, 0.2, 40)], label="c", simulated=True),
    ],
    ids=["bars", "bars without interval", "histogram", "frontier", "calibration"],
)  # fmt: skip
def test_every_kind_is_drawn_wide_and_narrow(chart):
    for drawn in (str(chart.wide), str(chart.narrow)):
        assert drawn.startswith("<svg")
        assert "NaN" not in drawn


def test_a_picture_is_a_png_and_is_larger_for_a_larger_scale():
    small, large = weeks().png(scale=1), weeks().png(scale=2)

    assert small[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(large) > len(small)


def test_the_source_is_vega_lite_for_an_export():
    assert weeks().spec()["$schema"].startswith("https://vega.github.io/schema/vega-lite/")


def test_a_drawing_is_made_once_and_then_read_from_disk(monkeypatch):
    first = str(weeks().wide)

    def nobody(body):
        raise AssertionError("the renderer was asked again")

    monkeypatch.setattr(renderer, "_ask", nobody)
    assert str(weeks().wide) == first


def test_the_renderer_is_one_process_and_comes_back_when_it_dies():
    weeks().svg()
    before = renderer_pid()
    assert renderer_pid() == before
    os.kill(before, signal.SIGKILL)
    time.sleep(0.2)

    drawn = weeks(top=0.9).svg()

    assert drawn.startswith("<svg")
    assert renderer_pid() != before


def test_a_source_that_fails_leaves_words_and_the_table(caplog):
    chart = Chart(
        source="tamgha.platform.ui.charts.sources:no_such_kind",
        data={},
        label="x",
        head=("a",),
        rows=[("1",)],
        simulated=False,
    )

    assert "could not be made just now" in str(chart.wide)
    assert "no drawing of" in caplog.text


def test_a_source_outside_of_tamgha_is_refused():
    with pytest.raises(renderer.RendererError, match="a source is named"):
        renderer.draw({"kind": "svg", "source": "os:getcwd", "data": {}, "width": 300, "page": True,
                       "label": "", "tag": "", "scale": 1})  # fmt: skip
