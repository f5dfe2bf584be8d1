"""Form rows, the error summary, drafts, days, and two editors of one thing."""

import re
from datetime import date

import pytest
from django import forms as django_forms
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation

from tamgha.platform.ui.forms import DayField, Form, VersionedFormMixin


class SessionForm(Form):
    draft = "session"
    wide = ("title",)

    title = django_forms.CharField(label="Title", max_length=30)
    day = DayField(label="Day")
    persons = django_forms.IntegerField(label="Persons", help_text="From the list.")
    parts = django_forms.MultipleChoiceField(
        label="Parts",
        choices=[("a", "First"), ("b", "Second")],
        widget=django_forms.CheckboxSelectMultiple,
        required=False,
    )


def draw(form, **attributes):
    marks = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    page = Template("{% cotton form :form='form' " + marks + " %}{% endcotton %}")
    return page.render(Context({"form": form}))


def test_a_refused_form_counts_its_rows_and_links_to_each():
    form = SessionForm({"title": "", "day": "31.11.2026", "persons": "many", "parts": ["z"]})

    drawn = draw(form, submit="Register the session")

    assert "4 rows need you before this can go on." in drawn
    links = re.findall(r'<li><a href="#([\w]+)">', drawn)
    assert links == ["id_title", "id_day", "id_persons", "id_parts_0"]
    for target in links:
        assert f'id="{target}"' in drawn
    assert "data-tm-refused" in drawn
    assert 'value="31.11.2026"' in drawn


def test_one_row_is_counted_as_one():
    form = SessionForm({"title": "x", "day": "30.11.2026", "persons": ""})

    assert form.refusal == "1 row needs you before this can go on."


def test_the_error_of_a_row_is_tied_to_its_control():
    drawn = draw(SessionForm({"title": "x", "day": "30.11.2026", "persons": "many"}))

    assert 'aria-describedby="id_persons_helptext id_persons_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'id="id_persons_error"' in drawn
    assert 'id="id_persons_helptext"' in drawn


def test_optional_rows_are_the_marked_ones():
    drawn = draw(SessionForm())

    assert drawn.count("optional") == 1
    assert 'inputmode="numeric"' in drawn


def test_a_fresh_form_has_no_summary_and_names_its_draft():
    form = SessionForm()
    form.draft_of = "17"

    drawn = draw(form, submit="Register the session")

    assert "data-tm-summary" not in drawn
    assert 'data-tm-draft="session:17"' in drawn


def test_a_form_without_a_draft_asks_the_browser_to_keep_none():
    class Plain(Form):
        word = django_forms.CharField()

    assert "data-tm-draft" not in draw(Plain(), submit="Send the word")


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("31.11.2026", "31 November does not exist. Give a day from 1 to 30."),
        ("29.02.2027", "29 February does not exist. Give a day from 1 to 28."),
        ("01.13.2026", "There are 12 months; 13 came."),
        ("tomorrow", "Expected day.month.year, such as 24.11.2026; tomorrow came."),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_what_was_expected(typed, refusal):
    with translation.override("en"), pytest.raises(django_forms.ValidationError) as caught:
        DayField().clean(typed)

    assert caught.value.messages == [refusal]


@pytest.mark.parametrize("typed", ["24.11.2026", "24-11-2026", "24/11/2026", "2026-11-24"])
def test_a_day_is_read_as_people_type_it(typed):
    assert DayField().clean(typed) == date(2026, 11, 24)


# ---- two editors -------------------------------------------------------------------------------


class RiskForm(VersionedFormMixin, Form):
    name = django_forms.CharField(label="Name")
    text = django_forms.CharField(label="Text", widget=django_forms.Textarea)
    level = django_forms.ChoiceField(label="Level", choices=[("1", "low"), ("2", "high")])
    open = django_forms.BooleanField(label="Open", required=False)
    kinds = django_forms.MultipleChoiceField(
        label="Kinds", choices=[("a", "A"), ("b", "B")], required=False
    )


OPENED = {"name": "Tea", "text": "one two", "level": "1", "open": True, "kinds": ["a"]}


def sent(opened, **typed):
    """Return what the browser of one editor sends, who opened the form at ``opened``."""
    data = QueryDict(mutable=True)
    data["version"] = RiskForm(initial=opened)["version"].value()
    for name, value in {**opened, **typed}.items():
        if isinstance(value, list):
            data.setlist(name, value)
        elif value is True:
            data[name] = "on"
        elif value is not False:
            data[name] = value
    return data


def test_without_another_editor_nothing_is_asked():
    form = RiskForm(sent(OPENED, name="Green tea"), initial=OPENED)

    assert form.is_valid()
    assert form.cleaned_data["name"] == "Green tea"


def test_changes_in_different_rows_are_both_kept():
    now = {**OPENED, "level": "2", "open": False, "kinds": ["a", "b"]}

    form = RiskForm(sent(OPENED, name="Green tea"), initial=now)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == "Green tea"
    assert form.cleaned_data["level"] == "2"
    assert form.cleaned_data["open"] is False
    assert form.cleaned_data["kinds"] == ["a", "b"]


def test_two_wordings_of_one_row_are_refused_and_shown_side_by_side():
    now = {**OPENED, "text": "one three"}

    form = RiskForm(sent(OPENED, text="one four"), initial=now)
    form.conflict_by = "Bek Demo"

    assert not form.is_valid()
    assert list(form.errors) == ["text"]
    drawn = draw(form)
    assert "one <ins>four</ins>" in drawn
    assert "one <ins>three</ins>" in drawn
    assert "You and Bek Demo changed this row." in drawn
    assert drawn.count('type="radio"') == 3


@pytest.mark.parametrize(
    ("choice", "text"),
    [("mine", "one four"), ("theirs", "one three"), ("both", "one four\none three")],
)
def test_the_reader_chooses_mine_theirs_or_both(choice, text):
    now = {**OPENED, "text": "one three"}
    first = RiskForm(sent(OPENED, text="one four"), initial=now)
    assert not first.is_valid()
    again = sent(OPENED, text="one four")
    again["text__choice"] = choice

    form = RiskForm(again, initial=now)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["text"].replace("\r\n", "\n") == text


def test_the_same_change_by_both_is_no_conflict():
    now = {**OPENED, "text": "one three"}

    assert RiskForm(sent(OPENED, text="one three"), initial=now).is_valid()


def test_both_is_offered_for_texts_only():
    now = {**OPENED, "level": "2"}
    opened = {**OPENED, "level": ""}

    form = RiskForm(sent(opened, level="1"), initial=now)

    assert [conflict.may_both for conflict in form.conflicts] == [False]
    assert form.conflicts[0].theirs == "<ins>high</ins>"


def test_a_third_change_while_choosing_is_asked_again():
    now = {**OPENED, "text": "one three"}
    first = RiskForm(sent(OPENED, text="one four"), initial=now)
    shown = first.data.copy()
    later = {**OPENED, "text": "one five"}

    form = RiskForm(shown, initial=later)

    assert not form.is_valid()
    assert form.conflicts[0].theirs == "one <ins>five</ins>"


def test_markup_in_a_wording_is_shown_as_text():
    now = {**OPENED, "text": "<script>x</script>"}

    form = RiskForm(sent(OPENED, text="<b>y</b>"), initial=now)

    assert "<script>" not in form.conflicts[0].theirs
    assert "<b>" not in form.conflicts[0].mine


def test_a_forged_version_never_overwrites_unseen():
    now = {**OPENED, "text": "one three"}
    data = sent(OPENED, text="one four")
    data["version"] = "forged"

    form = RiskForm(data, initial=now)

    assert not form.is_valid()
    assert "text" in form.errors
