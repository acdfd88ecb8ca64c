"""Roles as data: a name, what the role is for, and what it may do. Anyone can read who may do what."""

from dataclasses import dataclass

from schoolward.apps.accounts.permissions import Permission as P

AUTHORITY, SCHOOL, TRUST, PROVIDER = "authority", "school", "trust", "provider"

_READ = frozenset({P.VIEW_SCHOOLS, P.VIEW_PAPERS, P.VIEW_RULES, P.VIEW_DATA, P.VIEW_CATALOGUE})
_CORE = (
    _READ
    | {P.VIEW_CONCERN, P.VIEW_RISK, P.VIEW_CATEGORIES, P.VIEW_LOCAL_KNOWLEDGE, P.VIEW_CONTACTS}
    | {P.READ_EXEMPT, P.VIEW_LETTERS, P.VIEW_RETURNS}
)
_LETTERS = frozenset({P.VIEW_LETTERS, P.WRITE_LETTERS, P.SEND_LETTERS})
_SURVEYS = frozenset({P.MANAGE_SURVEYS, P.VIEW_RETURNS, P.ENTER_RETURNS, P.CODE_ANSWERS, P.VIEW_EARMARKS})
_DEMAND = frozenset({P.VIEW_DEMAND, P.RUN_DEMAND})
_MODEL = frozenset({P.MODEL_STRUCTURE, P.VIEW_STRUCTURE, P.VIEW_DEMAND})
_SCHOOL = frozenset({P.VIEW_OWN_SCHOOL, P.VIEW_PAPERS, P.VIEW_RULES, P.VIEW_CATALOGUE})
_ANSWERS = frozenset({P.ANSWER_SURVEY, P.SET_EARMARK})


@dataclass(frozen=True)
class Role:
    """A part somebody plays in an organisation of one kind."""

    key: str
    name: str
    description: str
    organisation_kind: str
    permissions: frozenset[P]
    needs_second_factor: bool = False


def _staff(key: str, name: str, description: str, permissions: frozenset[P]) -> Role:
    return Role(key, name, description, AUTHORITY, permissions, needs_second_factor=True)


ROLES = (
    _staff(
        "director",
        "Director of children's services",
        "Decides the structure, signs letters and papers, and answers for schools causing concern.",
        _CORE
        | {P.DECIDE_CONCERN, P.WRITE_PAPERS, P.SIGN_PAPERS, P.PUBLISH_PAPERS, P.VIEW_AUDIT, P.HAND_OVER_WORK}
        | {P.RUN_PANEL, P.AGREE_CATEGORY, P.VIEW_JOBS, P.SIGN_LETTERS, P.PUBLISH_FINDINGS}
        | _LETTERS
        | _SURVEYS
        | _DEMAND
        | _MODEL,
    ),
    _staff(
        "assistant_director",
        "Assistant director, school improvement",
        "Runs the core service; stands in for the director on everything but publication.",
        _CORE
        | {P.DECIDE_CONCERN, P.WRITE_PAPERS, P.SIGN_PAPERS, P.VIEW_AUDIT, P.HAND_OVER_WORK, P.RUN_PANEL}
        | {P.AGREE_CATEGORY, P.RECORD_LOCAL_KNOWLEDGE, P.MANAGE_CONTACTS, P.VIEW_JOBS}
        | {P.SIGN_LETTERS, P.PUBLISH_FINDINGS, P.VIEW_DEMAND, P.VIEW_STRUCTURE}
        | _LETTERS
        | _SURVEYS,
    ),
    _staff(
        "adviser",
        "School improvement adviser",
        "Lead officer for 8 to 15 schools: knows them, agrees their category, proposes their status.",
        _CORE
        | {P.AGREE_CATEGORY, P.RECORD_LOCAL_KNOWLEDGE, P.WRITE_PAPERS, P.MANAGE_CONTACTS, P.DECIDE_CONCERN},
    ),
    _staff(
        "analyst",
        "Data analyst",
        "Loads published data, keeps an eye on rules and on small numbers.",
        _CORE | {P.IMPORT_DATA, P.VIEW_JOBS, P.WRITE_PAPERS} | _LETTERS | _SURVEYS | _DEMAND,
    ),
    _staff(
        "commissioning_manager",
        "Commissioning and traded services manager",
        "Builds the catalogue, sets prices and brokers providers; sees no case notes.",
        _READ
        | {P.VIEW_CONTACTS, P.MANAGE_CONTACTS, P.MANAGE_CATALOGUE, P.VIEW_JOBS}
        | _LETTERS
        | _SURVEYS
        | _DEMAND,
    ),
    _staff(
        "finance_officer",
        "Finance officer",
        "Keeps full costs, journals and invoices.",
        _READ | {P.VIEW_EARMARKS, P.VIEW_JOBS} | _DEMAND | _MODEL,
    ),
    _staff(
        "hr_lead",
        "Human resources lead",
        "Keeps the establishment and the consultation.",
        _READ | {P.VIEW_JOBS} | _MODEL,
    ),
    _staff(
        "governor_services",
        "Governor services officer",
        "Keeps the contacts of governing boards and supports clerks.",
        _READ | {P.VIEW_CONTACTS, P.MANAGE_CONTACTS},
    ),
    _staff(
        "panel_member",
        "Panel member from another service",
        "Brings what inclusion, finance, governance, safeguarding or admissions know of a school.",
        _READ | {P.VIEW_LOCAL_KNOWLEDGE, P.RECORD_LOCAL_KNOWLEDGE, P.VIEW_CATEGORIES, P.VIEW_CONCERN},
    ),
    _staff(
        "virtual_head",
        "Virtual headteacher",
        "Promotes looked-after children's education.",
        _READ | {P.VIEW_STRUCTURE},
    ),
    _staff("social_worker", "Social worker", "Works with looked-after children.", frozenset({P.VIEW_PAPERS})),
    _staff(
        "staff_member",
        "Member of staff",
        "Reads proposals about the service and comments on them.",
        frozenset({P.VIEW_PAPERS, P.VIEW_STRUCTURE}),
    ),
    _staff(
        "union_representative",
        "Union representative",
        "Comments on proposals for members.",
        frozenset({P.VIEW_PAPERS, P.VIEW_STRUCTURE}),
    ),
    _staff(
        "board_member",
        "Member of the board",
        "Reads papers, with the exempt part by right.",
        frozenset({P.VIEW_PAPERS, P.READ_EXEMPT, P.VIEW_RULES, P.VIEW_STRUCTURE}),
    ),
    _staff(
        "administrator",
        "Administrator",
        "Sets the site up: data, people, roles. Sees no concern evidence.",
        _READ
        | {P.IMPORT_DATA, P.MANAGE_PEOPLE, P.HAND_OVER_WORK, P.VIEW_AUDIT, P.VIEW_JOBS, P.MANAGE_SITE}
        | {P.VIEW_CONTACTS, P.MANAGE_CONTACTS},
    ),
    Role(
        "headteacher",
        "Headteacher",
        "Leads a school; agrees its category in conversation with the lead officer.",
        SCHOOL,
        _SCHOOL | {P.CONFIRM_OWN_CONTACTS, P.SEND_SURVEY} | _ANSWERS,
    ),
    Role(
        "chair",
        "Chair of governors",
        "Chairs a school's governing board; co-signs its answers.",
        SCHOOL,
        _SCHOOL | {P.COSIGN_SURVEY} | _ANSWERS,
    ),
    Role(
        "clerk", "Clerk to governors", "Keeps the board's papers.", SCHOOL, _SCHOOL | {P.CONFIRM_OWN_CONTACTS}
    ),
    Role(
        "business_manager",
        "School business manager",
        "Keeps a school's orders, charges and contacts.",
        SCHOOL,
        _SCHOOL | {P.CONFIRM_OWN_CONTACTS} | _ANSWERS,
    ),
    Role("designated_teacher", "Designated teacher", "Looks after looked-after children.", SCHOOL, _SCHOOL),
    Role(
        "trust_lead",
        "Trust lead",
        "Answers and orders for several schools at once.",
        TRUST,
        _SCHOOL | {P.SEND_SURVEY} | _ANSWERS,
    ),
    Role(
        "provider",
        "Provider",
        "Publishes offers and delivers them.",
        PROVIDER,
        frozenset({P.VIEW_PAPERS, P.VIEW_RULES, P.VIEW_CATALOGUE}),
    ),
)

BY_KEY = {role.key: role for role in ROLES}
CHOICES = [(role.key, role.name) for role in ROLES]
