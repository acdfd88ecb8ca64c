"""A real worker or scheduler for the tests, on the database named in TEST_DATABASE: `process.py worker`.

It knows one kind of job more, which is slow and leaves a trace of every attempt and of every effect.
"""

import os
import sys
import time

from django.conf import settings


def main() -> int:
    """Runs what the command of that name runs."""
    from schoolward.cli import work

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "schoolward.web.settings")
    settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
    work.set_up_django()
    register()
    if sys.argv[1] == "worker":
        return work.run_worker(0.05)
    return work.run_scheduler(0.2)


def register() -> None:
    """The kinds of job that the tests ask for."""
    from schoolward.apps.jobs.kinds import job_kind, kinds
    from schoolward.apps.jobs.models import Step

    if "tests.slow" in kinds:
        return

    @job_kind("tests.slow", label="Taking its time", lease_seconds=8, backoff_seconds=0.1)
    def slow(job, *, seconds):
        trace(job, f"attempt {job.attempt}")
        with job.step("effect") as first:
            if first:
                trace(job, f"effect in attempt {job.attempt}")
        until = time.monotonic() + (seconds if job.attempt == 1 else 0)
        while time.monotonic() < until:
            time.sleep(0.02)
            job.check_cancelled()
        with job.step("second effect") as first:
            if first:
                trace(job, f"second effect in attempt {job.attempt}")
        return f"Done in attempt {job.attempt}."

    @job_kind("tests.quick", label="Quick")
    def quick(job):
        Step.objects.create(job_id=job.id, name="trace: ran")  # a second run would break the constraint

    def trace(job, what):
        Step.objects.create(job_id=job.id, name=f"trace: {what}")


if __name__ == "__main__":
    sys.exit(main())
