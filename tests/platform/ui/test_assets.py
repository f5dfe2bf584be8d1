"""What is copied for the browser, and what of it stays light."""

import gzip
import json
import re
from pathlib import Path

import pytest

from tamgha.platform.ui import assets, bundles
from tamgha.platform.ui.charts.ink import Ink, light_tokens

ROOT = Path(__file__).resolve().parents[3]
UI = ROOT / "src" / "tamgha" / "platform" / "ui"


def test_purging_keeps_a_rule_only_for_the_selectors_that_we_can_meet():
    css = '@charset "UTF-8";.a,.b .c{x:1}.d:not(.a,.e){y:2}p{z:3}@media print{.b{q:1}}@media screen{.a{w:1}}'

    kept = assets.purge(css, frozenset({"a"}))

    assert kept == '@charset "UTF-8";.a{x:1}p{z:3}@media screen{.a{w:1}}'


def test_purging_leaves_key_frames_and_fonts_alone():
    css = "@keyframes spin{from{top:0}to{top:1px}}@font-face{font-family:X}.gone{a:b}"

    assert assets.purge(css, frozenset()) == (
        "@keyframes spin{from{top:0}to{top:1px}}@font-face{font-family:X}"
    )


def test_shrinking_takes_out_comments_and_idle_space_only():
    assert assets.shrink("/* c */ .a  .b { color : red ;\n}\n") == ".a .b{color : red}"


def test_scripts_in_one_file_do_not_share_their_names():
    bundle = assets.bundle_scripts()

    assert bundle.count("\n}\n") >= len(bundles.SCRIPTS)
    assert "import " not in bundle


def test_a_missing_package_says_what_to_run(tmp_path, capsys):
    assert assets.main(["--root", str(tmp_path)]) == 1
    assert "npm ci" in capsys.readouterr().err


def test_every_style_sheet_is_in_the_bundle_and_every_script_too():
    sheets = {path.stem for path in (UI / "static/ui/css").glob("*.css")}
    scripts = {path.stem for path in (UI / "static/ui/js").glob("*.js")}

    assert sheets == set(bundles.STYLES)
    assert scripts == {*bundles.SCRIPTS, "theme"}


def test_our_templates_have_no_inline_style_or_script():
    for path in (UI / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=", text), path


def test_the_lock_names_no_host():
    lock = (ROOT / "package-lock.json").read_text()

    assert '"resolved"' not in lock
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


def test_a_first_view_is_at_most_150_kb_over_the_line(tmp_path):
    if not (ROOT / "node_modules" / "@tabler").is_dir():
        pytest.skip("no npm packages here: run `make install`")
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    assets.build(tmp_path)
    out = tmp_path / "build" / "vendor" / "tamgha"

    def packed(path):
        return len(gzip.compress(path.read_bytes(), 6))

    font = out / "fonts"
    text = (
        packed(out / "tamgha.css")
        + packed(out / "tamgha.js")
        + packed(UI / "static/ui/js/theme.js")
    )
    htmx = 17_000
    russian = sum(
        (font / f"noto-sans-{subset}-wght-normal.woff2").stat().st_size
        for subset in ("latin", "cyrillic")
    )
    page = 20_000
    assert text + htmx + russian + page <= 150_000
    assert "sourceMappingURL" not in (out / "tamgha.css").read_text()


# ---- contrast: WCAG 2, of the pairs that carry text --------------------------------------------


def _luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _ratio(first, second):
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _dark_tokens():
    text = (UI / "static/ui/css/tokens.css").read_text().split("@media screen", 1)[1]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", text.split("@media", 1)[0]))


@pytest.mark.parametrize("tokens", [light_tokens(), _dark_tokens()], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((ink, ground) for ink in ("ink", "ink-2", "ink-3", "brand") for ground in ("paper", "surface")),
        ("on-brand", "btn"), ("on-bar", "bar"), ("on-bar-2", "bar"),
        *((f"on-{lane}", lane) for lane in ("red", "yellow", "blue", "green")),
        *((state, f"{state}-wash") for state in ("bad", "warn", "good", "note")),
        ("on-heat-4", "heat-4"), ("ink", "heat-3"), ("ink", "brand-wash"), ("ink-2", "sunken"),
    ],
)  # fmt: skip
def test_text_on_its_ground_has_a_contrast_of_four_and_a_half(tokens, text, ground):
    assert _ratio(tokens[text], tokens[ground]) >= 4.5  # WCAG 2.2, success criterion 1.4.3


@pytest.mark.parametrize("tokens", [light_tokens(), _dark_tokens()], ids=["light", "dark"])
def test_edges_of_controls_and_lanes_have_a_contrast_of_three(tokens):
    edges = ("line-strong", "focus", "red-edge", "yellow-edge", "blue-edge", "green-edge", "cord")

    assert all(_ratio(tokens[edge], tokens["surface"]) >= 3 for edge in edges)  # WCAG 2.2, 1.4.11


def test_the_ink_of_a_chart_is_a_variable_in_the_page_and_a_value_in_print():
    assert Ink(page=True)("fig-1") == "var(--fig-1)"
    assert Ink(page=False)("fig-1") == "#5d2753"
    with pytest.raises(KeyError, match="no colour token"):
        Ink(page=True)("pink")
