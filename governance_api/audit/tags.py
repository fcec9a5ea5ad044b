"""The tags an audit entry can have. Add a tag here for every new action that changes something."""

from enum import StrEnum


class AuditTag(StrEnum):
    """Grammar: `noun:action`, the action in the past tense. A tag once used is never given another meaning."""

    SIGN_IN_REFUSED = "sign_in:refused"
    TOKEN_ISSUED = "token:issued"  # noqa: S105 - a tag
    TOKEN_REVOKED = "token:revoked"  # noqa: S105 - a tag
    ACCOUNT_CREATED = "account:created"
    ACCOUNT_CHANGED = "account:changed"
    PASSWORD_CHANGED = "password:changed"  # noqa: S105 - a tag
    ROLES_ASSIGNED = "roles:assigned"
    WORKSTATION_USER_CREATED = "workstation_user:created"
    WORKSTATION_USER_CHANGED = "workstation_user:changed"
    WORKSTATION_USERS_IMPORTED = "workstation_users:imported"
    PROJECT_CREATED = "project:created"
    PROJECT_CHANGED = "project:changed"
    PROJECT_MOVED = "project:moved"
    PROJECT_DELETED = "project:deleted"
    PROJECT_LOOKED_AT = "project:looked_at"
    PROJECT_SHARED = "project:shared"
    PROJECT_UNSHARED = "project:unshared"
    PROJECT_EXPORTED = "project:exported"
    DASHBOARD_LOOKED_AT = "dashboard:looked_at"
    DASHBOARD_DOWNLOADED = "dashboard:downloaded"
    DASHBOARD_LOG_RESTARTED = "dashboard_log:restarted"
    TASK_SCOPE_CREATED = "task_scope:created"
    TASK_SCOPE_REMOVED = "task_scope:removed"
    DATA_REQUEST_CREATED = "data_request:created"
    APPROVAL_APPROVED = "approval:approved"
    APPROVAL_REJECTED = "approval:rejected"
    APPROVAL_WITHDRAWN = "approval:withdrawn"
    CONSENT_ANSWERED = "consent:answered"
    REGISTRATION_KEY_CREATED = "registration_key:created"
    REGISTRATION_KEY_REVOKED = "registration_key:revoked"
    WORKSTATION_ACCOUNT_MAPPED = "workstation_account:mapped"
    WORKSTATION_ACCOUNT_UNMAPPED = "workstation_account:unmapped"
    AGENT_ENROLLED = "agent:enrolled"
    AGENT_ENROLMENT_REFUSED = "agent:enrolment_refused"
    AGENT_CONFIRMED = "agent:confirmed"
    AGENT_REFUSED = "agent:refused"
    AGENT_REPLACED = "agent:replaced"
    AGENT_UNINSTALLED = "agent:uninstalled"
    EVENT_FILTER_CREATED = "event_filter:created"
    EVENT_FILTER_CHANGED = "event_filter:changed"
    RULE_SET_CREATED = "rule_set:created"
    CONFIGURATION_CHANGED = "configuration:changed"
    MINING_JOB_REQUESTED = "mining_job:requested"
    MINING_JOB_MOVED = "mining_job:moved"
    AUDIT_ANCHORED = "audit:anchored"
    RUN_LAUNCHED = "run:launched"
    RUN_TERMINATED = "run:terminated"
    RUN_ACTION_FAILED = "run_action:failed"
    PIPELINES_CHANGED = "pipelines:changed"
    PURGE_REPORTED = "purge:reported"


#: Tags of entries written by earlier releases that told the answer. The stored words stay, because the chain covers
#: them; whoever reads the log is told the tag on the right.
FORMER_TAGS = {"consent:accepted": AuditTag.CONSENT_ANSWERED, "consent:declined": AuditTag.CONSENT_ANSWERED}
