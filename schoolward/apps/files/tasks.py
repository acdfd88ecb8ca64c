"""The files' jobs: what is kept no longer than it should be."""

from datetime import time

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.files.actions import delete_expired_files
from schoolward.apps.files.keeping import remove_strays
from schoolward.apps.jobs.kinds import job_kind, schedule
from schoolward.apps.jobs.running import RunningJob
from schoolward.apps.jobs.slots import Daily


@job_kind("files.delete_expired_files", label="Deleting files that are no longer kept")
def delete_expired(job: RunningJob) -> str:
    """Deletes the authority's files whose day is over."""
    count = delete_expired_files(by=Acting.system(job.authority, "Retention"))
    return f"{count} deleted."


@job_kind("files.remove_strays", label="Clearing away half-stored files")
def clear_away(job: RunningJob) -> str:
    """Removes bytes that no file speaks of."""
    return f"{remove_strays()} removed."


schedule("files.delete_expired_files", Daily(time(2, 0)), each_authority=True)
schedule("files.remove_strays", Daily(time(2, 30)))
