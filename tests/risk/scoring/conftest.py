"""One simulated world, its trade, and a small model of it, for the tests that only look at them."""

from dataclasses import replace

import pytest

from tamgha.risk.scoring import Model, Trade, TrainingOptions, train
from tamgha.risk.scoring.effects import EffectsPlan
from tamgha.risk.scoring.training import BLOCKS
from tamgha.risk.scoring.trees import TreesPlan
from tamgha.risk.simulator import World, WorldPlan, simulate

SMALL = TrainingOptions(
    effects=EffectsPlan(BLOCKS[:12]),
    trees=TreesPlan(rounds=20, learning_rate=0.2, forests=1),
)


@pytest.fixture(scope="session")
def world() -> World:
    plan = replace(WorldPlan(), illicit_rate=0.08, random_rate=0.6)
    return simulate(5, declarations=5_000, weeks=40, plan=plan)


@pytest.fixture(scope="session")
def trade(world) -> Trade:
    return Trade(world.items, world.findings, world.name, simulated=True, currency="USD")


@pytest.fixture(scope="session")
def small() -> TrainingOptions:
    return SMALL


@pytest.fixture(scope="session")
def model(trade, small) -> Model:
    return train(trade, options=small)
