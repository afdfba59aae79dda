"""The deployments, registered with an ephemeral Prefect server and run from there."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

pytest.importorskip("prefect", reason="Prefect is not installed")
pytest.importorskip("offex", reason="the package offex is not installed")

from flow_support import (  # noqa: E402, F401
    DAY,
    ROOT,
    Market,
    market,
    prefect_server,
)
from prefect.client.orchestration import get_client  # noqa: E402
from prefect.settings import PREFECT_API_URL  # noqa: E402

from flows import deploy  # noqa: E402

pytestmark = pytest.mark.usefixtures("prefect_server")

NAMES = [
    "compute-offexchange-features/trading-session",
    "offexchange-evening/evening",
    "backfill-offexchange-features/range",
]


def test_the_deployments_are_listed_after_registration() -> None:
    ids = deploy.register()

    with get_client(sync_client=True) as client:
        listed = {item.id: item.name for item in client.read_deployments()}
        named = client.read_deployment_by_name("compute-offexchange-features/trading-session")
    assert list(ids) == NAMES
    assert {listed[identity] for identity in ids.values()} == {
        "trading-session",
        "evening",
        "range",
    }
    assert named.id == ids["compute-offexchange-features/trading-session"]


def test_a_trading_session_is_scheduled_after_publication_in_new_york() -> None:
    deploy.register()

    with get_client(sync_client=True) as client:
        found = client.read_deployment_by_name("compute-offexchange-features/trading-session")
    (schedule,) = found.schedules
    assert (schedule.schedule.cron, schedule.schedule.timezone) == (
        "30 18 * * 1-5",
        "America/New_York",
    )
    assert found.parameters == {"trade_date": "last", "symbols": None, "persist": True}


def test_registering_again_makes_no_second_deployment() -> None:
    assert deploy.register() == deploy.register()


def test_workers_of_a_pool_run_in_the_folder_of_the_project() -> None:
    from prefect.client.schemas.actions import WorkPoolCreate

    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name="test-pool", type="process"))
        ids = deploy.register("test-pool")
        found = client.read_deployment(ids["offexchange-evening/evening"])

    assert found.work_pool_name == "test-pool"
    assert found.entrypoint == "flows/evening.py:offexchange_evening"
    (step,) = found.pull_steps
    assert step == {"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}


def test_a_run_of_the_deployment_computes_the_newest_session(market: Market) -> None:
    ids = deploy.register()
    with get_client(sync_client=True) as client:
        run = client.create_flow_run_from_deployment(
            ids["compute-offexchange-features/trading-session"], parameters={"symbols": ["ABR"]}
        )
        # As the runner of `python -m flows.deploy --serve` starts it.
        done = subprocess.run(
            [sys.executable, "-m", "prefect.engine"],
            cwd=ROOT,
            env=os.environ
            | {
                "PREFECT_API_URL": str(PREFECT_API_URL.value()),
                "PREFECT__FLOW_RUN_ID": str(run.id),
            },
            capture_output=True,
            text=True,
            timeout=120,
        )
        state = client.read_flow_run(run.id).state

    assert state is not None and state.is_completed(), done.stderr
    assert f"Using 1 provided symbols for {DAY}" in done.stdout + done.stderr


def test_the_list_names_each_deployment_and_its_schedule() -> None:
    out = subprocess.run(
        [sys.executable, "-m", "flows.deploy", "--list"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    lines = [line.split("\t") for line in out.splitlines()]
    assert [name for name, _ in lines] == NAMES
    assert json.dumps([when for _, when in lines]) == json.dumps(
        ["30 18 * * 1-5", "15 19-22 * * 1-5", "on demand"]
    )
