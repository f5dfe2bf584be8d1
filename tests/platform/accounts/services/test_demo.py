from tests.platform.accounts.conftest import NOW

from tamgha.platform.accounts import services
from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import Administration, RoleGrant, User


def test_the_demo_has_eight_administrations_and_every_role_and_is_made_once(db):
    services.create_demo(at=NOW)
    before = (Administration.objects.count(), User.objects.count(), RoleGrant.objects.count())
    services.create_demo(at=NOW)
    after = (Administration.objects.count(), User.objects.count(), RoleGrant.objects.count())

    assert before == after == (8, 68, 68)
    assert set(RoleGrant.objects.values_list("role", flat=True)) == set(Role.values)
    timur = User.objects.get(username="timur.juniper")
    assert (timur.full_name, timur.roles) == ("Timur Demo", {Role.ANALYST})
    assert timur.administration.name_ru == "Таможня Арча"


def test_nobody_of_the_demo_has_a_password(db):
    services.create_demo(at=NOW)

    assert not any(person.has_usable_password() for person in User.objects.all())
    assert User.objects.filter(is_simulated=False).count() == 0


def test_a_real_person_is_left_alone_by_the_demo(cast):
    services.create_demo(at=NOW)

    assert User.objects.get(pk=cast.bob.pk).is_simulated is False
    assert Administration.objects.get(code="juniper").is_simulated is False
