from tests.practice.targeting.conftest import NOW

from tamgha.platform.journal import services as journal
from tamgha.platform.journal.models import Entry
from tamgha.platform.journal.queries import history_of
from tamgha.practice.targeting import receivers
from tamgha.practice.targeting.models import Profile
from tamgha.practice.targeting.services import profiles


def save(people, condition, based_on):
    return profiles.save_draft(
        administration=people.juniper,
        code="P-900",
        wording=profiles.Wording(name="Shoes", condition=condition, red=2_500),
        based_on=based_on,
        by=people.timur,
        at=NOW,
    )


def test_a_saved_profile_is_written_with_what_its_wording_was_and_is(people):
    save(people, "item = 1", 0)
    save(people, "item = 2", 1)

    profile = Profile.objects.get(code="P-900")
    second, first = history_of(profile).filter(act="targeting.profile.saved")
    assert (second.by, second.at, second.administration) == (people.timur, NOW, people.juniper)
    assert second.object_name == "P-900 Shoes"
    assert first.details["after"] == {
        "version": 1,
        "made": True,
        "name": "Shoes",
        "condition": "item = 1",
        "red": 2_500,
    }
    assert second.details == {
        "before": {"condition": "item = 1"},
        "after": {"version": 2, "made": False, "condition": "item = 2"},
    }


def test_a_saved_list_tells_how_many_members_and_not_whom(people):
    for members in (["4011111111"], ["4011111111", "4022222222"]):
        profiles.save_list(
            administration=people.juniper,
            name="watch",
            kind="trader",
            members=members,
            by=people.timur,
            at=NOW,
        )

    last = Entry.objects.filter(act="targeting.list.saved").last()
    assert "4011111111" not in last.body
    assert [last.details[side]["members"] for side in ("before", "after")] == [1, 2]
    assert last.details["before"]["sha256"] != last.details["after"]["sha256"]


def test_every_act_of_targeting_has_its_words(people, year):
    save(people, "item = 1", 0)
    profile = Profile.objects.get(code="P-900")
    profiles.retire_profile(profile=profile, by=people.timur, at=NOW)

    written = set(Entry.objects.filter(act__startswith="targeting.").values_list("act", flat=True))
    assert {"targeting.set.entered", "targeting.profile.retired"} <= written
    assert written - set(receivers.ACTS) == set()
    journal.seal_all(at=NOW)
    assert journal.check().is_whole
