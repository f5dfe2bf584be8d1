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


# ---- pages of their own: one profile, the score, the officers ----------------------------------------

ALONE: Final[Meaning] = (
    Words("Finds that it alone brought", "Находки, которые дал только он"),
    Words(
        "Σ (π − π₋) ÷ π over its finds; π₋ is the probability of examination without this profile, all else "
        "the same, recomputed from the stored decision",
        "Σ (π − π₋) ÷ π по его находкам; π₋ — вероятность досмотра без этого профиля при прочих равных, "
        "пересчитанная по сохранённому решению",
    ),
)
ALONE_EXAMINED: Final[Meaning] = (
    Words("Examinations that it alone caused", "Досмотры, которые назначил только он"),
    Words(
        "Σ (π − π₋) ÷ π over its examined hits",
        "Σ (π − π₋) ÷ π по досмотренным попаданиям",
    ),
)
ALONE_RATE: Final[Meaning] = (
    Words("Hit rate of what it alone brought", "Доля находок среди назначенного только им"),
    Words(
        "the finds ÷ the examinations that it alone caused",
        "находки ÷ досмотры, которые назначил только он",
    ),
)
REFILLED = Words(
    "{share} % of its examined hits were decided by capacity or amended: there a slot that one profile frees is "
    "filled by another declaration.",
    "{share} % досмотренных попаданий решены по нагрузке или изменены: там место, освобождённое одним "
    "профилем, занимает другая декларация.",
)
NEEDS_SIMULATION = Words(
    "A replay of the days without the profile; the back-test does one.",
    "Повтор этих дней без профиля; так делает проверка на истории.",
)
STANDING: Final[Meaning] = (
    Words("Hit rate since the version came, valid at any look", "Доля находок за всё время версии"),
    Words(
        "finds ÷ results of every examined hit; limits that stay valid however often one looks (Robbins)",
        "находки ÷ результаты всех досмотренных попаданий; границы верны при любом числе просмотров (Роббинс)",
    ),
)
STANDING_DRAW: Final[Meaning] = (
    Words("The random draw on the same days", "Случайный отбор в те же дни"),
    Words(
        "finds ÷ results of what chance chose in every office; the same limits",
        "находки ÷ результаты случайного отбора на всех постах; те же границы",
    ),
)
CALIBRATION: Final[Meaning] = (
    Words("Finds against what the score expected", "Находки против ожидаемых по баллу"),
    Words(
        "finds ÷ Σ of the scores of the same examinations; only what chance examined; 1 = as expected",
        "находки ÷ сумма баллов тех же досмотров; только назначенное случайно; 1 — как ожидалось",
    ),
)
BIN: Final[Meaning] = (
    Words("Found", "Найдено"),
    Words(
        "share found, weighted 1/π, of declarations of about this score",
        "доля находок с весом 1/π среди деклараций примерно с таким баллом",
    ),
)
NO_SCORES = Words(
    "Fewer than 20 declarations with a score were examined by chance.",
    "По случайному отбору досмотрено менее 20 деклараций с баллом.",
)
NEEDS_SCORES = Words(
    "An accepted model, and random or exploration examinations with results.",
    "Принятая модель и результаты досмотров по случайному отбору или исследовательской доле.",
)
COMPLETE_DUE: Final[Meaning] = (
    Words("Results in, of those due", "Поступило из ожидаемых"),
    Words(
        "results ÷ declarations sent to examination two weeks ago and earlier",
        "результаты ÷ декларации, направленные на досмотр две недели назад и раньше",
    ),
)
SENT_UP: Final[Meaning] = (
    Words(
        "Hit rate of what was sent to examination", "Доля находок среди направленного на досмотр"
    ),
    Words(
        "finds ÷ results of declarations that this person sent to examination beside the system",
        "находки ÷ результаты деклараций, направленных этим сотрудником помимо системы",
    ),
)
FEW_OFFICERS = Words(
    "Fewer than {least} officers changed lanes here: figures would speak of persons, not of a habit.",
    "Коридор меняли менее {least} сотрудников: показатели говорили бы о людях, а не о практике.",
)
NEEDS_OFFICERS = Words("A longer period, or all offices.", "Более длинный период или все посты.")
