"""What the report of a month says: the figures of the page, as plain text for the typesetter."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from tamgha.platform.accounts.models import Administration
from tamgha.platform.ui import figures as readings
from tamgha.platform.ui import formats
from tamgha.practice.control.queries.results import Scope
from tamgha.practice.control.queries.results_board import board_of
from tamgha.practice.control.queries.results_shape import Board, Line
from tamgha.practice.control.queries.results_table import DRAW, LANES
from tamgha.practice.control.queries.results_words import READINGS, verdict_of
from tamgha.shared.figures import Figure
from tamgha.shared.periods import Period
from tamgha.shared.words import Words

TITLE = Words("What targeting found", "Что дал отбор деклараций")
SIMULATED = Words(
    "Simulated: declarations, firms and results in this report are invented.",
    "Симуляция: декларации, фирмы и результаты в этом отчёте вымышлены.",
)
FACTS = Words(
    "{place} · decisions of {start} to {end} · results known by {today}",
    "{place} · решения с {start} по {end} · результаты на {today}",
)
STILL_OUT = Words(
    "Results that are still out: {n}. Rates and the verdict rest on decisions before {day}.",
    "Не поступило результатов: {n}. Доли и вывод основаны на решениях до {day}.",
)
HEADS: Final = {
    "profile": Words("By profile", "По профилям"),
    "lane": Words("By lane", "По коридорам"),
    "office": Words("By office", "По постам"),
}
COLUMNS: Final = (
    Words("What", "Что"),
    Words("Examined", "Досмотрено"),
    Words("Finds", "Находок"),
    Words("Hit rate", "Доля находок"),
    Words("Points above the draw", "Пунктов выше отбора"),
    Words("Reading", "Вывод"),
)
FIGURE_COLUMNS: Final = (
    Words("Figure", "Показатель"),
    Words("Value, 95 % interval", "Значение, интервал 95 %"),
    Words("Definition, n, method", "Определение, n, метод"),
)
METHOD: Final = (
    Words(
        "A declaration counts once in totals; under a profile stands what it hit and the draw did not choose.",
        "В итогах декларация учтена один раз; у профиля — то, во что он попал, кроме отобранного случайно.",
    ),
    Words(
        "A rate has Wilson's interval (Agresti–Coull under 100 results; bounds without assumption where more "
        "than 5 % of the results are missing). A difference has Newcombe's, a ratio MOVER-R, what was missed "
        "the mid-p gamma interval over finds weighted by 1/π.",
        "Для доли — интервал Уилсона (до 100 результатов — Агрести — Коулла; границы без допущений, если нет "
        "более 5 % результатов). Для разности — Ньюкомба, для отношения — MOVER-R, для пропущенного — mid-p "
        "гамма по находкам с весом 1/π.",
    ),
    Words(
        "“Propose to retire” uses limits that stay valid however often one looks; every other reading comes "
        "from the interval of the difference to the random draw.",
        "«Предложить к выводу» использует границы, верные при любом числе просмотров; прочие выводы следуют из "
        "интервала разности со случайным отбором.",
    ),
    Words(
        "What people sent to examination beside the system is counted apart and enters no estimate.",
        "Досмотры, назначенные сотрудниками помимо системы, считаются отдельно и в оценки не входят.",
    ),
)


def month_of(day: date) -> Period:
    """Return the calendar month of a day."""
    start = day.replace(day=1)
    return Period(start, (start + timedelta(days=32)).replace(day=1))


def report_of(
    administration: Administration, month: Period, *, at: datetime, today: date, language: str
) -> dict[str, Any]:
    """Return everything that the report of a month prints, in one language.

    Parameters
    ----------
    at : when it is made
    today : local day up to which results are known
    """
    board = board_of(Scope(administration, month), today=today)
    name = administration.name_ru if language == "ru" else administration.name_en
    last = month.end - timedelta(days=1)

    def say(words: Words) -> str:
        return words.text(language)

    def on(day: date) -> str:
        return formats.day(day, language=language)

    facts = FACTS.format(place=name, start=on(month.start), end=on(last), today=on(today))
    return {
        "lang": language,
        "title": f"{say(TITLE)}, {month.start:%m.%Y}",
        "place": name,
        "facts": say(facts),
        "simulated": say(SIMULATED) if board.simulated else "",
        "verdict": " ".join(text for text, _heavy in verdict_of(board, language)),
        "remarks": _remarks(board, language),
        "figures_head": say(Words("Figures", "Показатели")),
        "figures_columns": [say(one) for one in FIGURE_COLUMNS],
        "figures": [
            _figure(one, language) for one in [*board.tiles, *board.more] if not one.missing
        ],
        "tables": [
            _table("profile", board.profiles, board.draw_line, language),
            _table("lane", board.lanes, board.draw_line, language),
            _table("office", board.offices, board.draw_line, language),
        ],
        "nothing": say(Words("Nothing in this month.", "За этот месяц данных нет.")),
        "gaps_head": say(Words("Not estimable, and why", "Что оценить нельзя и почему")),
        "gaps": [_gap(one, language) for one in board.gaps],
        "method_head": say(Words("How to read this", "Как это читать")),
        "method": [say(one) for one in METHOD],
        "footer": f"Tamgha · {name} · {formats.moment(at, language=language)}"
        + (f" · {say(Words('simulated', 'симуляция'))}" if board.simulated else ""),
        "page": say(Words("page", "стр.")),
    }


def _remarks(board: Board, language: str) -> list[str]:
    if board.settled.period.end >= board.scope.period.end:
        return []
    day = formats.day(board.settled.period.end, language=language)
    n = formats.number(board.out, language=language)
    return [STILL_OUT.format(n=n, day=day).text(language)]


def _figure(figure: Figure, language: str) -> dict[str, str]:
    read = readings.read(figure, language)
    return {
        "name": read.label,
        "value": f"{read.bound} {read.value}".strip(),
        "interval": read.interval,
        "provenance": " · ".join(read.provenance),
    }


def _gap(figure: Figure, language: str) -> dict[str, str]:
    read = readings.read(figure, language)
    return {
        "name": read.label,
        "missing": read.missing,
        "reason": read.reason,
        "needs": read.needs,
    }


def _table(by: str, lines: Sequence[Line], draw: Line | None, language: str) -> dict[str, Any]:
    rows = [
        _line(one, LANES[one.key].text(language) if by == "lane" else one.name, language)
        for one in lines
    ]
    if draw is not None and rows:
        rows.append(_line(draw, DRAW.text(language), language))
    return {
        "head": HEADS[by].text(language),
        "columns": [one.text(language) for one in COLUMNS],
        "rows": rows,
    }


def _line(line: Line, name: str, language: str) -> list[str]:
    return [
        f"{name}\n{line.detail}" if line.detail else name,
        formats.number(line.counts["results"], language=language),
        formats.number(line.counts["found"], language=language),
        _cell(line.rate, language),
        _cell(line.above, language) if line.above else "",
        READINGS[line.reading][1].text(language),
    ]


def _cell(figure: Figure, language: str) -> str:
    read = readings.read(figure, language)
    if read.missing:
        return f"{read.missing}. {read.reason}"
    return f"{read.bound} {read.value}\n{read.interval}".strip()
