"""The view `governance.assignments`: one row per approved approval, with all that `domain.assignments` asks for.

The pipelines read the same view. A new fact gets its column in a revision, and its meaning in `domain.assignments`.
"""

from sqlalchemy import text

ASSIGNMENTS_OF_PEOPLE = text("""
select assignments.*, data_requests.applications_with_named_content
from governance.assignments
inner join governance.data_requests
    on assignments.data_request_id = data_requests.data_request_id
where assignments.workstation_user_id = any(:people)
order by assignments.workstation_user_id, assignments.approval_id
""")
