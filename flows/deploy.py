"""The deployments of the flows.

    python -m flows.deploy --serve          # registers them, and runs what is due, until Ctrl-C
    python -m flows.deploy --pool NAME      # registers them for the workers of a work pool
    python -m flows.deploy --list           # what would be registered

All times are New York's; FINRA puts out the files of a session at 18:00.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import cast
from uuid import UUID

from prefect import serve
from prefect.deployments.runner import RunnerDeployment
from prefect.runner.storage import LocalStorage
from prefect.schedules import Cron

from flows.backfill import backfill_offexchange_features
from flows.compute_offexchange_features import compute_offexchange_features
from flows.evening import offexchange_evening

ROOT = Path(__file__).resolve().parent.parent
TIMEZONE = "America/New_York"
SCHEDULES = {"trading-session": "30 18 * * 1-5", "evening": "15 19-22 * * 1-5"}
"""Cron expressions: the features once, half an hour after the files; the evening every hour, as
files may be late."""


def deployments() -> list[RunnerDeployment]:
    """Returns the deployments, not registered yet.

    `compute-offexchange-features/trading-session` and `offexchange-evening/evening` have a schedule
    and take the newest session; `backfill-offexchange-features/range` runs on demand. Two runs of
    one deployment are never at work at a time.
    """
    features = compute_offexchange_features.to_deployment(
        name="trading-session",
        description="Off-exchange features of the newest session into daily_features",
        schedule=Cron(SCHEDULES["trading-session"], timezone=TIMEZONE),
        parameters={"trade_date": "last", "symbols": None, "persist": True},
        tags=["offex"],
        concurrency_limit=1,
    )
    evening = offexchange_evening.to_deployment(
        name="evening",
        description="Sync, build, check, features, scan and push of the newest session",
        schedule=Cron(SCHEDULES["evening"], timezone=TIMEZONE),
        parameters={"trade_date": "last"},
        tags=["offex"],
        concurrency_limit=1,
    )
    backfill = backfill_offexchange_features.to_deployment(
        name="range",
        description="Off-exchange features of the sessions from start to end; start has no default",
        tags=["offex"],
        concurrency_limit=1,
    )
    return [cast(RunnerDeployment, made) for made in (features, evening, backfill)]


def register(pool: str | None = None) -> dict[str, UUID]:
    """Registers the deployments with the server of PREFECT_API_URL; returns their ids by name.

    With a work pool its workers run them, in the folder of this project.
    """
    ids: dict[str, UUID] = {}
    for deployment in deployments():
        if pool:
            deployment.storage = LocalStorage(path=str(ROOT))
        ids[deployment.full_name] = cast(UUID, deployment.apply(work_pool_name=pool))
    return ids


def main() -> None:
    """Registers or serves the deployments."""
    parser = argparse.ArgumentParser(prog="python -m flows.deploy", description=main.__doc__)
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--serve", action="store_true", help="register, and run what is due")
    group.add_argument("--pool", metavar="NAME", help="register for the workers of this work pool")
    group.add_argument("--list", action="store_true", help="print what would be registered")
    args = parser.parse_args()
    if args.serve:
        serve(*deployments())
        return
    if args.pool:
        for name, identity in register(args.pool).items():
            print(f"{name}\t{identity}")
        return
    for deployment in deployments():
        print(f"{deployment.full_name}\t{SCHEDULES.get(deployment.name, 'on demand')}")


if __name__ == "__main__":
    main()
