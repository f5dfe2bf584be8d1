"""Why a figure is not shown, and what it would take, in both languages."""

from tamgha.shared.figures import NotShown
from tamgha.shared.words import Words

NO_RANDOM = Words(
    "Nothing was examined by a random draw, so nobody knows what the declarations that were "
    "not chosen hold.",
    "Случайной выборки не было, поэтому неизвестно, что содержат декларации, не отобранные для "
    "досмотра.",
)
NEEDS_RANDOM = Words(
    "A small share of declarations drawn at random for examination, with the probability of each "
    "draw stored.",
    "Небольшая доля деклараций, отбираемых на досмотр случайно, с сохранением вероятности отбора.",
)
INSPECTED_ONLY = Words(
    "The set holds inspected declarations only, so it says nothing about the flow they came from.",
    "Набор содержит только досмотренные декларации и ничего не говорит о потоке, из которого они "
    "взяты.",
)
NEEDS_FLOW = Words(
    "All declarations of the period, those not examined too, and a share of them examined at "
    "random.",
    "Все декларации за период, включая недосмотренные, и случайный досмотр части из них.",
)
NOT_COVERED = Words(
    "Only {covered} % of the flow had any chance of an examination; for the whole flow this "
    "cannot be estimated.",
    "Только {covered} % потока имели шанс попасть на досмотр; для всего потока оценка невозможна.",
)
NEEDS_COVER = Words(
    "A chance of a random examination for at least 95 % of the flow, also for what goes to the "
    "yellow or blue lane.",
    "Шанс случайного досмотра не менее чем для 95 % потока, в том числе для жёлтого и синего "
    "коридоров.",
)
NO_HITS = Words(
    "The profile hits no declaration of this set.",
    "У профиля нет попаданий в этом наборе.",
)
NEEDS_HITS = Words(
    "A wider condition, or a longer period.",
    "Более широкое условие или более длинный период.",
)
NONE_EXAMINED = Words(
    "None of these declarations was examined.",
    "Ни одна из этих деклараций не досматривалась.",
)
NEEDS_EXAMINED = Words(
    "Examinations with a result, at least one.",
    "Хотя бы один досмотр с внесённым результатом.",
)
NO_RESULTS = Words(
    "Examinations were made, but none has a result yet.",
    "Досмотры проведены, но результатов пока нет.",
)
NEEDS_RESULTS = Words(
    "The results of the examinations, entered by the posts.",
    "Результаты досмотров, внесённые постами.",
)
NO_FINDS = Words(
    "Nothing was found by any way of selection, so there is no whole to take a share of.",
    "Ни один способ отбора не дал находок, поэтому долю считать не от чего.",
)
NEEDS_FINDS = Words("At least one find.", "Хотя бы одна находка.")
HEAVY_TAIL = Words(
    "A few cases make most of this sum; no method gives its upper limit with a known chance of "
    "being right.",
    "Несколько случаев составляют бо́льшую часть суммы; верхней границы с известной надёжностью "
    "не даёт ни один метод.",
)
NEEDS_CAP = Words(
    "Read the capped revenue, or the lower limit alone.",
    "Смотрите сумму с ограничением на один случай или только нижнюю границу.",
)
NO_VALUES = Words(
    "The finds carry no amounts of duty or penalty.",
    "Для находок не указаны суммы доначислений или штрафов.",
)
NEEDS_VALUES = Words(
    "Duty and penalty assessed, entered with the finding.",
    "Суммы доначислений и штрафов, внесённые вместе с результатом.",
)
NO_HOURS = Words(
    "No examination has its hours recorded.", "Ни для одного досмотра не учтены затраченные часы."
)
NEEDS_HOURS = Words(
    "The hours spent, entered with the act of examination.",
    "Затраченные часы, указанные в акте досмотра.",
)
TOO_EARLY = Words(
    "Only {share} % of the finds of such young examinations are usually known by now.",
    "К этому сроку обычно известно лишь {share} % находок столь недавних досмотров.",
)
TOO_EARLY_FEW = Words(
    "Fewer than five finds can be expected from these examinations.",
    "От этих досмотров можно ожидать менее пяти находок.",
)
NEEDS_TIME = Words("Time, until the results are in.", "Время, пока не поступят результаты.")
TOO_FEW_PAIRS = Words(
    "The two rankings choose the same finds; there is nothing to tell them apart.",
    "Оба ранжирования дают одни и те же находки; различить их не по чему.",
)
NEEDS_PAIRS = Words(
    "A longer period, or a larger capacity.",
    "Более длинный период или бо́льшая мощность досмотра.",
)
UNLABELLED = Words(
    "{count} of the new ranking's own choices were never examined, and none of them at random.",
    "{count} деклараций, отобранных только новым ранжированием, не досматривались, в том числе "
    "случайно.",
)
ONE_PART = Words(
    "All hits lie in one week, so early and late cannot be compared.",
    "Все попадания приходятся на одну неделю, сравнить раннее с поздним нельзя.",
)
NEEDS_WEEKS = Words(
    "Examined hits in at least two weeks.",
    "Досмотренные попадания хотя бы за две недели.",
)
NO_REST = Words(
    "The profile hits every examined declaration, so there is no rest to compare with.",
    "Все досмотренные декларации — попадания профиля, сравнивать не с чем.",
)
NEEDS_REST = Words("A narrower condition.", "Более узкое условие.")
NO_CAPACITY = Words(
    "The number of examinations a day is not set.", "Число досмотров в день не задано."
)
NEEDS_CAPACITY = Words(
    "The examinations that the office can make a day.",
    "Число досмотров, которое пост может провести за день.",
)
NO_SECOND = Words("Nothing was examined a second time.", "Повторных досмотров не проводилось.")
NEEDS_SECOND = Words(
    "A blind second examination of a random part of what was cleared after examination.",
    "Слепой повторный досмотр случайной части деклараций, выпущенных после досмотра.",
)
NO_EXPECTED = Words(
    "The model expects no find here, so observed and expected cannot be compared.",
    "Модель не ожидает здесь находок, сравнить наблюдаемое с ожидаемым нельзя.",
)

FLOW_RATE_NAME = Words("Fraud rate of the flow", "Доля нарушений в потоке")
EXAMINED_RATE_NAME = Words("Find rate of the examined", "Доля находок среди досмотренных")


def not_estimable(reason: Words, needs: Words, n: int = 0) -> NotShown:
    """Return the place-holder of a figure that cannot be known from these data."""
    return NotShown("not_estimable", reason, needs, n)


def too_few(reason: Words, needs: Words, n: int = 0) -> NotShown:
    """Return the place-holder of a figure that rests on too little."""
    return NotShown("too_few", reason, needs, n)


def too_early(reason: Words, n: int = 0) -> NotShown:
    """Return the place-holder of a figure whose results are still out."""
    return NotShown("too_early", reason, NEEDS_TIME, n)
