"""The samples of the gallery: every component in every state. All of it is invented."""

from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tamgha.platform.ui import formats, gallery_charts
from tamgha.platform.ui.forms import DayField, Form
from tamgha.shared.figures import Estimate, Figure, Interval, NotShown
from tamgha.shared.periods import Period
from tamgha.shared.words import Words

_RATE = Words("share of examinations with a find", "доля досмотров с результатом")
_SEASON = Period(date(2026, 9, 7), date(2026, 11, 25))


class SessionForm(Form):
    """The sample form of the gallery."""

    draft = "gallery-session"

    day = DayField(label=gettext_lazy("Date of the session"))
    persons = forms.IntegerField(
        label=gettext_lazy("Persons on the list"),
        help_text=gettext_lazy("From the signed attendance list."),
        min_value=14,
        error_messages={
            "min_value": gettext_lazy(
                "14 expected from the file, %(show_value)s came. Add some, or say why."
            )
        },
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the session"),
        choices=[("ru", "Русский"), ("en", "English"), ("ka", "ქართული")],
    )
    hours = forms.DecimalField(label=gettext_lazy("Hours taught"), decimal_places=1)
    parts = forms.MultipleChoiceField(
        label=gettext_lazy("Parts taught"),
        choices=[
            ("profiles", gettext_lazy("Risk profiles")),
            ("interview", gettext_lazy("Interview of a trader")),
            ("feedback", gettext_lazy("Findings and their feedback")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("Remark"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=gettext_lazy("Leave out names of traders."),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("Everyone on the list has agreed to be registered"), required=False
    )

    @property
    def refusal(self) -> str:
        """Say what waits for the rows."""
        count = len(self.faults)
        return ngettext(
            "%(count)d row needs you before this session can be registered.",
            "%(count)d rows need you before this session can be registered.",
            count,
        ) % {"count": count}


def refused_form() -> SessionForm:
    """Return the sample form as it comes back with two errors."""
    return SessionForm(
        {
            "day": "31.11.2026",
            "persons": "12",
            "language": "ru",
            "hours": "12",
            "parts": ["profiles"],
        }
    )


def figures() -> dict[str, Figure]:
    """Return a figure of each kind, and each reason why one is not there."""
    shared: dict[str, Any] = {
        "definition": _RATE,
        "simulated": True,
        "period": _SEASON,
        "as_of": date(2026, 11, 24),
    }
    return {
        "rate": Figure.of(
            Estimate(0.146, Interval(0.105, 0.2, method="Wilson"), 212),
            name=Words("Hit rate, P-014", "Результативность, P-014"),
            unit="share",
            n_words=Words("31 finds in 212", "31 результат из 212"),
            **shared,
        ),
        "lift": Figure.of(
            Estimate(2.4, Interval(1.6, 3.7, method="log"), 1943),
            name=Words(
                "Times better than the random draw", "Во сколько раз лучше случайного отбора"
            ),
            unit="ratio",
            **{**shared, "definition": Words("ratio of the two rates", "отношение двух долей")},
        ),
        "points": Figure.of(
            Estimate(0.09, Interval(0.05, 0.12, method="Newcombe"), 1943),
            name=Words("Points above the random draw", "Выше случайного отбора"),
            unit="points",
            **{**shared, "definition": Words("difference of two rates", "разность двух долей")},
        ),
        "money": Figure.of(
            Estimate(1_204_400, None, 31, bound="at_least"),
            name=Words("Duty assessed after finds", "Доначислено по результатам"),
            unit="money",
            currency="USD",
            **{**shared, "definition": Words("sum of the acts closed", "сумма по закрытым актам")},
        ),
        "few": Figure.of(
            NotShown(
                "too_few",
                Words("9 examinations so far.", "Пока 9 досмотров."),
                Words("Shown from 20 on.", "Показывается от 20."),
                n=9,
            ),
            name=Words("Hit rate, P-031", "Результативность, P-031"),
            **shared,
        ),
        "early": Figure.of(
            NotShown(
                "too_early",
                Words("Results of 23 of 60 are still out.", "По 23 из 60 результатов ещё нет."),
                Words("Next look on 1 March 2027.", "Следующая оценка 1 марта 2027 г."),
                n=37,
            ),
            name=Words("Hit rate, week 12", "Результативность, неделя 12"),
            **shared,
        ),
        "unknown": Figure.of(
            NotShown(
                "not_estimable",
                Words(
                    "No random draw in export since 1 September.",
                    "Случайного отбора при вывозе нет с 1 сентября.",
                ),
                Words("Needs a draw of 1 in 100.", "Нужен отбор одной из 100 деклараций."),
            ),
            name=Words("Share found, export", "Доля выявленного, вывоз"),
            **shared,
        ),
    }


def work(done: int = 64) -> dict[str, Any]:
    """Return the sample of long work."""
    whole = 30_118
    finished = done >= 100
    return {
        "title": _("Back-test of P-014 v4"),
        "week": _("week %(week)d of 12") % {"week": max(1, done * 12 // 100)},
        "facts": _("%(done)s of %(whole)s declarations.")
        % {"done": formats.number(whole * done // 100), "whole": formats.number(whole)},
        "done": done / 100,
        "poll": f"{reverse('ui:gallery_work')}?done={done}",
        "stop": "",
        "look": reverse("ui:gallery"),
        "state": "done" if finished else "running",
    }


def steps() -> list[dict[str, Any]]:
    """Return a cord in all its states."""
    return [
        {"knot": "seal", "title": _("File read"), "facts": _("58.2 MB, Windows-1251")},
        {"knot": "half", "title": _("Columns matched"), "facts": _("16 confirmed, 2 guessed")},
        {"knot": "seal", "title": _("Rows checked"), "facts": _("412,630 in 37 s")},
        {"knot": "ring", "title": _("You decide"), "facts": _("take the good rows or nothing")},
        {"knot": "dashed", "title": _("Stored"), "facts": _("in one move")},
    ]


def found() -> list[dict[str, Any]]:
    """Return search results grouped by area, each with its way."""
    here = reverse("ui:gallery")
    return [
        {
            "label": _("Profiles"),
            "hits": [
                {
                    "title": _("P-014 Low unit value, footwear"),
                    "address": here,
                    "way": _("Risk · Profiles"),
                }
            ],
        },
        {
            "label": _("Declarations"),
            "hits": [{"title": "SIM-40718", "address": here, "way": "Juniper · 2026-10"}],
        },
    ]


def claims() -> list[dict[str, str]]:
    """Return rows of the box of what may not be claimed."""
    return [
        {
            "not": _("“The profile found more fraud than last year.”"),
            "reason": _("The scanner came in April; the two cannot be told apart."),
            "may": _("“More examinations ended with a find than last year.”"),
        },
        {
            "not": _("“Nothing passes unseen.”"),
            "reason": _("There is no random draw in export: nobody knows what passed."),
            "may": "",
        },
    ]


COLOURS = (
    "paper", "surface", "sunken", "line", "line-strong", "ink", "ink-2", "ink-3", "brand", "btn",
    "fill", "cord", "bad", "warn", "good", "note", "red", "yellow", "blue", "green", "fig-1",
    "fig-2", "fig-3", "fig-band", "heat-2", "heat-3", "heat-4", "focus",
)  # fmt: skip


def context(form: SessionForm) -> dict[str, Any]:
    """Return everything that the gallery page shows."""
    return {
        "crumbs": [(_("Home"), "/"), (_("Components"), "")],
        "form": form,
        "fig": figures(),
        "steps": steps(),
        "work": work(),
        "found": found(),
        "claims": claims(),
        "colours": COLOURS,
        "charts": gallery_charts.charts(),
        "today": date(2026, 11, 24),
    }
