"""Everything that somebody may be allowed to do."""

from enum import StrEnum


class Permission(StrEnum):
    """What a role may do; the sentence after each is shown in the access table."""

    VIEW_SCHOOLS = "view_schools"
    VIEW_OWN_SCHOOL = "view_own_school"
    VIEW_CONCERN = "view_concern"
    DECIDE_CONCERN = "decide_concern"
    VIEW_CATEGORIES = "view_categories"
    AGREE_CATEGORY = "agree_category"
    VIEW_LOCAL_KNOWLEDGE = "view_local_knowledge"
    RECORD_LOCAL_KNOWLEDGE = "record_local_knowledge"
    RUN_PANEL = "run_panel"
    VIEW_PAPERS = "view_papers"
    WRITE_PAPERS = "write_papers"
    SIGN_PAPERS = "sign_papers"
    PUBLISH_PAPERS = "publish_papers"
    READ_EXEMPT = "read_exempt"
    VIEW_RULES = "view_rules"
    VIEW_DATA = "view_data"
    IMPORT_DATA = "import_data"
    VIEW_CONTACTS = "view_contacts"
    MANAGE_CONTACTS = "manage_contacts"
    CONFIRM_OWN_CONTACTS = "confirm_own_contacts"
    MANAGE_PEOPLE = "manage_people"
    HAND_OVER_WORK = "hand_over_work"
    VIEW_AUDIT = "view_audit"
    VIEW_JOBS = "view_jobs"
    MANAGE_SITE = "manage_site"
    VIEW_RISK = "view_risk"
    VIEW_CATALOGUE = "view_catalogue"
    MANAGE_CATALOGUE = "manage_catalogue"
    SET_EARMARK = "set_earmark"
    VIEW_EARMARKS = "view_earmarks"
    VIEW_LETTERS = "view_letters"
    WRITE_LETTERS = "write_letters"
    SIGN_LETTERS = "sign_letters"
    SEND_LETTERS = "send_letters"
    MANAGE_SURVEYS = "manage_surveys"
    VIEW_RETURNS = "view_returns"
    ENTER_RETURNS = "enter_returns"
    ANSWER_SURVEY = "answer_survey"
    SEND_SURVEY = "send_survey"
    COSIGN_SURVEY = "cosign_survey"
    CODE_ANSWERS = "code_answers"
    PUBLISH_FINDINGS = "publish_findings"
    VIEW_DEMAND = "view_demand"
    RUN_DEMAND = "run_demand"
    MODEL_STRUCTURE = "model_structure"
    VIEW_STRUCTURE = "view_structure"

    @property
    def sentence(self) -> str:
        """What it allows, in plain words."""
        return SENTENCES[self]


SENTENCES = {
    Permission.VIEW_SCHOOLS: "see every school of the authority and its published figures",
    Permission.VIEW_OWN_SCHOOL: "see the page of one's own school",
    Permission.VIEW_CONCERN: "see which schools cause concern, with evidence and chance",
    Permission.DECIDE_CONCERN: "decide a school's concern status, with a reason",
    Permission.VIEW_CATEGORIES: "see the category of every school",
    Permission.AGREE_CATEGORY: "agree a school's category after the conversation with its head",
    Permission.VIEW_LOCAL_KNOWLEDGE: "see what officers know of a school (restricted)",
    Permission.RECORD_LOCAL_KNOWLEDGE: "record what officers know of a school (restricted)",
    Permission.RUN_PANEL: "hold a panel of services and keep its minutes",
    Permission.VIEW_PAPERS: "read papers that have been published",
    Permission.WRITE_PAPERS: "draft and freeze papers",
    Permission.SIGN_PAPERS: "sign papers off",
    Permission.PUBLISH_PAPERS: "publish signed papers",
    Permission.READ_EXEMPT: "read the parts of papers that are exempt from publication",
    Permission.VIEW_RULES: "read the rulebook",
    Permission.VIEW_DATA: "see which published data is loaded, and how editions differ",
    Permission.IMPORT_DATA: "load published data",
    Permission.VIEW_CONTACTS: "see schools' contacts",
    Permission.MANAGE_CONTACTS: "change schools' contacts, and exchange them as Excel",
    Permission.CONFIRM_OWN_CONTACTS: "confirm and correct the contacts of one's own school",
    Permission.MANAGE_PEOPLE: "invite people, and give, move or end their roles",
    Permission.HAND_OVER_WORK: "hand a colleague's work over to another",
    Permission.VIEW_AUDIT: "see the record of changes",
    Permission.VIEW_JOBS: "see work in the background, and cancel it",
    Permission.MANAGE_SITE: "choose the authority and its settings",
    Permission.VIEW_RISK: "see each school's chance of an adverse inspection, as a band",
    Permission.VIEW_CATALOGUE: "see the services that schools may buy, with prices and terms",
    Permission.MANAGE_CATALOGUE: "build the catalogue: services, skills, people, providers, prices and terms",
    Permission.SET_EARMARK: "record what a school expects to spend on services",
    Permission.VIEW_EARMARKS: "see what schools that said so expect to spend",
    Permission.VIEW_LETTERS: "see letters and whether they arrived",
    Permission.WRITE_LETTERS: "write letters and choose who gets them",
    Permission.SIGN_LETTERS: "sign letters, so that they may be sent",
    Permission.SEND_LETTERS: "send signed letters",
    Permission.MANAGE_SURVEYS: "write questionnaires, and open, extend and close surveys",
    Permission.VIEW_RETURNS: "see which schools have answered, and the answers they sent",
    Permission.ENTER_RETURNS: "enter a school's answer on its behalf, from paper or a workbook",
    Permission.ANSWER_SURVEY: "write in one's school's answer to a survey",
    Permission.SEND_SURVEY: "send the school's answer to a survey",
    Permission.COSIGN_SURVEY: "co-sign the school's answer to a survey",
    Permission.CODE_ANSWERS: "sort what schools wrote into themes, and redact it with a reason",
    Permission.PUBLISH_FINDINGS: "publish what schools said, and what the authority will do",
    Permission.VIEW_DEMAND: "see what schools are expected to buy, and income as a range",
    Permission.RUN_DEMAND: "work out anew what schools are expected to buy",
    Permission.MODEL_STRUCTURE: "draw structures of posts and prices, and test them",
    Permission.VIEW_STRUCTURE: "see structures that were put forward: posts, never holders",
}
