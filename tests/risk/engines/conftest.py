"""One Spark for all tests of a run: to start it takes ten seconds."""

import pytest

from tamgha.risk.engines import spark_session


@pytest.fixture(scope="session")
def spark():
    session = spark_session("local[1]")
    for name, value in {
        "spark.sql.codegen.wholeStage": "false",  # a few rows: compiling them takes far longer
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
    }.items():
        session.conf.set(name, value)
    return session
