"""The demo register: made once, through the services, with a risk at every step of the way."""

import pytest
from tests.practice.register.conftest import NOW

from tamgha.practice.register.domain.demo import RISKS
from tamgha.practice.register.models import Risk, RiskVersion
from tamgha.practice.register.services import demo


@pytest.mark.slow
def test_the_demo_has_a_risk_at_every_step_and_is_made_once(people):
    demo.create_demo(administration=people.juniper, at=NOW)
    before = (Risk.objects.count(), RiskVersion.objects.count())

    demo.create_demo(administration=people.juniper, at=NOW)

    assert (Risk.objects.count(), RiskVersion.objects.count()) == before
    assert before[0] == len(RISKS) == len({one.number for one in RISKS})
    states = {one.code: one.state for one in Risk.objects.all()}
    assert (states["R-31"], states["R-22"], states["R-12"]) == ("submitted", "draft", "published")
    twelve = Risk.objects.get(code="R-12").shown
    assert (twelve.number, twelve.inherent_score, twelve.residual_score) == (6, 20, 12)
    assert all(one.titles[0] and one.titles[1] and all(one.texts) for one in RISKS)
