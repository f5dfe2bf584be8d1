"""Names and definitions of the figures on the page of results: said once, on page, table and report."""

from typing import Final

from tamgha.shared.words import Words

Meaning = tuple[Words, Words]

CHOSEN_RATE: Final[Meaning] = (
    Words("Hit rate of what profiles chose", "Доля находок среди отобранного профилями"),
    Words(
        "finds ÷ results of examinations that a profile chose",
        "находки ÷ результаты досмотров, назначенных по профилям",
    ),
)
DRAW_RATE: Final[Meaning] = (
    Words("Hit rate of the random draw", "Доля находок в случайном отборе"),
    Words(
        "finds ÷ results of examinations that chance chose; unequal chances weighted by 1/π",
        "находки ÷ результаты досмотров по случайному отбору; неравные вероятности взвешены по 1/π",
    ),
)
LIFT: Final[Meaning] = (
    Words("Times better than the random draw", "Во сколько раз лучше случайного отбора"),
    Words(
        "ratio of the two rates; 1 = no better",
        "отношение двух долей; 1 — не лучше",
    ),
)
DETECTION: Final[Meaning] = (
    Words("Share of all breaches found", "Доля выявленных нарушений"),
    Words(
        "finds ÷ (finds + what examination of the others would have found, from the draw by 1/π); "
        "detectable breaches only",
        "находки ÷ (находки + то, что дал бы досмотр остальных, по случайному отбору с весом 1/π); "
        "только обнаружимые нарушения",
    ),
)
MISSED: Final[Meaning] = (
    Words("Breaches that passed unseen", "Нарушения, прошедшие незамеченными"),
    Words(
        "Σ (1/π − 1) over finds that chance had a part in",
        "Σ (1/π − 1) по находкам, в выборе которых участвовал случай",
    ),
)
FLOW: Final[Meaning] = (
    Words("Breaches in the whole flow", "Доля нарушений во всём потоке"),
    Words("(finds + missed) ÷ declarations", "(находки + пропущенные) ÷ декларации"),
)
COMPLETE: Final[Meaning] = (
    Words("Results that are in", "Поступившие результаты"),
    Words(
        "results ÷ declarations sent to examination, all weeks of the period",
        "результаты ÷ декларации, направленные на досмотр, за все недели периода",
    ),
)
OVERRIDES_UP: Final[Meaning] = (
    Words("Lanes made stricter by people", "Коридор ужесточён сотрудником"),
    Words(
        "changed decisions ÷ all decisions; counted apart from the estimates",
        "изменённые решения ÷ все решения; в оценки не входят",
    ),
)
OVERRIDES_DOWN: Final[Meaning] = (
    Words("Lanes eased by people", "Коридор смягчён сотрудником"),
    OVERRIDES_UP[1],
)
PER_HOUR: Final[Meaning] = (
    Words("Finds per hour of examination", "Находок на час досмотра"),
    Words(
        "finds ÷ hours, of acts with their time written down",
        "находки ÷ часы, по актам с указанным временем",
    ),
)
VALUE_PER_HOUR: Final[Meaning] = (
    Words("Found per hour of examination", "Выявлено на час досмотра"),
    Words(
        "duty and penalty ÷ hours, each case counted up to the cap",
        "доначисления и штрафы ÷ часы, каждый случай — не больше предела",
    ),
)
MISSED_VALUE: Final[Meaning] = (
    Words("Missed duty and penalty, capped", "Упущенные доначисления, с пределом на случай"),
    Words(
        "Σ (1/π − 1) × amount, each case counted up to the 95th percentile of earlier finds",
        "Σ (1/π − 1) × сумма, каждый случай — не больше 95-го процентиля прежних находок",
    ),
)
FOUND_VALUE: Final[Meaning] = (
    Words("Duty and penalty found", "Доначислено и взыскано"),
    Words(
        "sum over finds that name an amount",
        "сумма по находкам с указанными суммами",
    ),
)
ROW_RATE: Final[Meaning] = (
    Words("Hit rate", "Доля находок"),
    Words(
        "finds ÷ results of the declarations sent to examination",
        "находки ÷ результаты деклараций, направленных на досмотр",
    ),
)
ABOVE_DRAW: Final[Meaning] = (
    Words("Points above the random draw", "Пунктов выше случайного отбора"),
    Words("difference of the two rates", "разность двух долей"),
)
AUDITS: Final[Meaning] = (
    Words("Hit rate of later audits", "Доля находок при последующем контроле"),
    Words("finds ÷ audits closed", "находки ÷ завершённые проверки"),
)
NO_AUDITS = Words(
    "Results of later audits are not kept here: an audit has no act yet.",
    "Результаты последующих проверок здесь не ведутся: акта проверки ещё нет.",
)
NEEDS_AUDITS = Words(
    "An act for each audit, with its result.", "Акт по каждой проверке с её результатом."
)
INCOMPLETE = Words(
    "Only {share} % of the random draw has its results.",
    "Результаты есть лишь по {share} % случайного отбора.",
)
NEEDS_DRAWN = Words(
    "The results that are out, of the random draw first.",
    "Недостающие результаты, прежде всего по случайному отбору.",
)
FEW = Words("Under {least} results.", "Менее {least} результатов.")
NEEDS_FEW = Words("At least {least} results.", "Не менее {least} результатов.")
DRAW_OF = Words("random draw in {place}", "случайный отбор: {place}")
NO_DRAW = Words(
    "Without a random draw there is no yardstick.", "Без случайного отбора сравнивать не с чем."
)
NEEDS_DRAW = Words(
    "A random rate in the plan of the office; one or two of 100 will do.",
    "Доля случайного отбора в плане поста; достаточно одной-двух из 100.",
)
