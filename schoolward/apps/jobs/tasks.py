"""The jobs' own job: keeping house."""

from datetime import time

from schoolward.apps.jobs import bell
from schoolward.apps.jobs.actions import forget_old_jobs
from schoolward.apps.jobs.kinds import job_kind, schedule
from schoolward.apps.jobs.running import RunningJob
from schoolward.apps.jobs.slots import Daily

KEEP_DAYS = 180


@job_kind("jobs.forget_old_jobs", label="Forgetting old work")
def forget(job: RunningJob) -> str:
    """Removes jobs that ended half a year ago, and bells long answered."""
    bell.forget_old_bells()
    return f"Removed {forget_old_jobs(keep_days=KEEP_DAYS)} entries."


schedule("jobs.forget_old_jobs", Daily(time(3, 30)))
