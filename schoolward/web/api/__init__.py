"""The API for programs, `/api/v1/`: what the pages show, as JSON, by the same queries and permissions.

Every address is guarded before django-ninja sees the request (`door`), so that nobody learns from an error
what they may not see. The API must never give what the role could not see on a page.
"""
