"""An establishment small enough to check by hand."""

from __future__ import annotations

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.structure import actions, bridge
from schoolward.apps.structure.models import StructureVersion
from schoolward.apps.structure.states import Kind

COLUMNS = b"post,unit,title,grade,annual_cost_pence,current_fte,min_fte,max_fte,step_fte,skills,arm"
POSTS = (
    COLUMNS
    + b""",reports_to,tranche
head,Core,Head of improvement,A,10000000,1,1,1,0.5,improvement,core,,Core unit
adviser,Core,Adviser,B,8000000,2,1,4,0.1,improvement;training,both,head,Core unit
clerk,Arm,Clerk,C,4000000,1,0,2,0.5,governors,traded,head,Arm
"""
)
FUNDING = b"""line,kind,amount_pounds,from,to
Base,base,150000,,
Grant,grant,110000.01,,31 March 2027
"""
DUTIES = b"duty,category,days,statutory\nConcern,improvement,300,1\nNetworks,improvement,20,0\n"
ACTIVITIES = b"""activity,line,post,amount_pounds,urns
Challenge,Grant,adviser,100000.01,900001;900002;900003
Leading,Base,head,100000,
Challenge,Base,adviser,50000,900001
"""
FILES = [
    ("posts.csv", POSTS),
    ("funding.csv", FUNDING),
    ("duties.csv", DUTIES),
    ("activities.csv", ACTIVITIES),
]


def make_today(by: Acting) -> StructureVersion:
    """Today's structure, from the files above."""
    version = actions.draw_structure(
        by=by, name="Today", kind=Kind.TODAY, content=bridge.Establishment(), because="As it is"
    )
    upload, reading, _ = actions.upload_files(by=by, structure=version.structure, files=FILES)
    assert not reading.problems, reading.problems
    return actions.apply_upload(by=by, upload=upload)
