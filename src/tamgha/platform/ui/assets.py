"""Copies what the browser needs from node_modules to build/vendor, and writes the bundles.

    python -m tamgha.platform.ui.assets [--root FOLDER]

Run after `npm ci`. Nothing of it is committed. Tabler's sheet (635 kB, 79 kB over the line) is
cut to the rules whose classes stand in our templates or Python files: a page that begins to use
another class of Tabler's asks for another run. Source maps are not copied, and the lines that
name them are taken out, because `collectstatic` fails on a map that is not there.
"""

import argparse
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tamgha.platform.ui.bundles import SCRIPTS, STYLES
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

PACKAGE: Final = Path(__file__).resolve().parents[2]
STATIC: Final = Path(__file__).resolve().parent / "static" / "ui"

# Font family as our tokens name it, npm package, subsets. An English page loads Latin only.
FONTS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("Noto Sans", "noto-sans", ("latin", "cyrillic", "cyrillic-ext", "latin-ext")),
    ("Noto Sans Georgian", "noto-sans-georgian", ("georgian",)),
    ("Noto Sans Armenian", "noto-sans-armenian", ("armenian",)),
)
# Regular weights only: with the bold ones present, Armenian came out bold in charts.
CHART_FONTS: Final[tuple[tuple[str, str], ...]] = (
    ("noto-sans", "NotoSans_400Regular.ttf"),
    ("noto-sans-georgian", "NotoSansGeorgian_400Regular.ttf"),
    ("noto-sans-armenian", "NotoSansArmenian_400Regular.ttf"),
)

_MAP_LINE = re.compile(r"/\*[#@]\s*sourceMappingURL=.*?\*/|//[#@]\s*sourceMappingURL=.*")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
_CLASSES = re.compile(r"""class(?:"|')?[=:]\s*(?:"([^"]*)"|'([^']*)')""")
_WORD = re.compile(r"[_a-zA-Z][\w-]*")


class MissingPackageError(TamghaError):
    """A file of an npm package is not where it should be."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            Words(
                f"{path} is not there. Run `npm ci` in the project's folder, then this again.",
                f"Нет файла {path}. Выполните `npm ci` в папке проекта и повторите.",
            )
        )


def build(root: Path) -> list[Path]:
    """Write every file into root/build/vendor and return what was written.

    Raises
    ------
    MissingPackageError
        When `npm ci` has not been run, or a package moved its files.
    """
    modules = root / "node_modules"
    place = root / "build" / "vendor" / "tamgha"
    out = place.with_name("tamgha.new")
    shutil.rmtree(out, ignore_errors=True)
    (out / "fonts").mkdir(parents=True)
    faces = "".join(_copy_fonts(modules, out / "fonts"))
    tabler = purge(_read(modules / "@tabler/core/dist/css/tabler.min.css"), used_words(PACKAGE))
    vendor = faces + tabler
    own = "".join(_read(STATIC / "css" / f"{name}.css") for name in STYLES)
    (out / "vendor.css").write_text(vendor)
    (out / "tamgha.css").write_text(vendor + shrink(own))
    (out / "tamgha.js").write_text(bundle_scripts())
    _copy_chart_fonts(modules, root / "build" / "chart-fonts")
    shutil.rmtree(place, ignore_errors=True)
    out.rename(place)
    return sorted(path for path in place.rglob("*") if path.is_file())


def _read(path: Path) -> str:
    if not path.is_file():
        raise MissingPackageError(path)
    return _MAP_LINE.sub("", path.read_text(encoding="utf-8"))


def _copy_fonts(modules: Path, to: Path) -> Iterator[str]:
    for family, package, subsets in FONTS:
        folder = modules / "@fontsource-variable" / package
        faces = _faces(_read(folder / "index.css"))
        for subset in subsets:
            name = f"{package}-{subset}-wght-normal.woff2"
            if not (folder / "files" / name).is_file():
                raise MissingPackageError(folder / "files" / name)
            shutil.copyfile(folder / "files" / name, to / name)
            yield (
                f'@font-face{{font-family:"{family}";font-style:normal;font-display:swap;'
                f"font-weight:400 600;src:url(fonts/{name}) format('woff2');"
                f"unicode-range:{faces[name]}}}"
            )


def _faces(css: str) -> dict[str, str]:
    """Return the unicode range of each font file of a package."""
    found = re.findall(r"files/([\w-]+\.woff2).*?unicode-range:\s*([^;}]+)", css, re.DOTALL)
    return dict(found)


def _copy_chart_fonts(modules: Path, to: Path) -> None:
    if to.exists():
        shutil.rmtree(to)
    to.mkdir(parents=True)
    for package, name in CHART_FONTS:
        folder = modules / "@expo-google-fonts" / package
        found = next(iter(sorted(folder.rglob(name))), None)
        if found is None:
            raise MissingPackageError(folder / name)
        shutil.copyfile(found, to / name)


def used_words(package: Path) -> frozenset[str]:
    """Return every word that stands in a class attribute of our templates or Python files."""
    words: set[str] = set()
    for pattern in ("*.html", "*.py"):
        for path in package.rglob(pattern):
            for attribute in _CLASSES.findall(path.read_text(encoding="utf-8")):
                words.update(_WORD.findall("".join(attribute)))
    return frozenset(words)


def purge(css: str, words: frozenset[str]) -> str:
    """Return a sheet without the rules that no class of ours can meet.

    A rule stays when one of its selectors names no class, or only classes among ``words``; of a
    list of selectors the others go. Fonts, key frames and character sets stay as they are.
    """
    return "".join(_kept(_COMMENT.sub("", css), words))


def _kept(css: str, words: frozenset[str]) -> Iterator[str]:
    for prelude, body in _blocks(css):
        if body is None:
            yield f"{prelude};"
        elif prelude.startswith(("@media", "@supports", "@layer", "@container")):
            inner = "".join(_kept(body, words))
            if inner:
                yield f"{prelude}{{{inner}}}"
        elif prelude.startswith("@"):
            yield f"{prelude}{{{body}}}"
        else:
            alive = [part for part in split_selectors(prelude) if _meets(part, words)]
            if alive:
                yield f"{','.join(alive)}{{{body}}}"


def _meets(selector: str, words: frozenset[str]) -> bool:
    return all(name in words for name in _CLASS.findall(selector))


def split_selectors(prelude: str) -> list[str]:
    """Return the selectors of a list; a comma inside brackets does not part them."""
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(prelude):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            parts.append(prelude[start:at].strip())
            start = at + 1
    return [*parts, prelude[start:].strip()]


def _blocks(css: str) -> Iterator[tuple[str, str | None]]:
    """Yield each rule's prelude and body at the outer level; body None for a bare at-rule."""
    at = 0
    while at < len(css):
        opening, ending = css.find("{", at), css.find(";", at)
        if opening < 0 and ending < 0:
            return
        if ending >= 0 and (opening < 0 or ending < opening):
            yield css[at:ending].strip(), None
            at = ending + 1
            continue
        close = _closing(css, opening)
        yield css[at:opening].strip(), css[opening + 1 : close]
        at = close + 1


def _closing(css: str, opening: int) -> int:
    depth = 0
    for at in range(opening, len(css)):
        depth += (css[at] == "{") - (css[at] == "}")
        if depth == 0:
            return at
    raise ValueError("a style sheet ends inside a rule")


def shrink(css: str) -> str:
    """Return our own sheet without comments and idle space."""
    text = re.sub(r"\s+", " ", _COMMENT.sub("", css))
    return re.sub(r"\s*([{};,])\s*", r"\1", text).replace(";}", "}").strip()


def bundle_scripts() -> str:
    """Return our scripts as one module; each in its own block, so that names do not meet."""
    parts = (_read(STATIC / "js" / f"{name}.js").strip() for name in SCRIPTS)
    return "\n".join(f"{{\n{part}\n}}" for part in parts) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Build the files for the folder given, or for the present one."""
    parser = argparse.ArgumentParser(prog="python -m tamgha.platform.ui.assets")
    parser.add_argument("--root", type=Path, default=Path.cwd())
    try:
        written = build(parser.parse_args(arguments).root)
    except MissingPackageError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    size = sum(path.stat().st_size for path in written)
    sys.stdout.write(f"{len(written)} files, {size / 1000:.0f} kB, in build/vendor\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
