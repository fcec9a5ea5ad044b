"""The view `governance.assignments`: one row per approved approval, with all that `domain.assignments` asks for.

The pipelines read the same view. A new fact gets its column in a revision, and its meaning in `domain.assignments`.
"""

from sqlalchemy import text

ASSIGNMENTS_OF_PEOPLE = text("""
select * from governance.assignments
where workstation_user_id = any(:people)
order by workstation_user_id, approval_id
""")
