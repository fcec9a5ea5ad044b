{# Written by `make macros` from domain/event_kinds.py and domain/activity_states.py: change those, not this file. #}

{# Every event kind by its word: its stored code, the state it leaves (none: the one before), and what is kept of it. #}
{% macro event_kinds() %}
    {% do return({
        'window_focused': {'code': 0, 'state_after': none, 'changes_presence': false, 'is_kept_of_excluded': true},
        'clicked': {'code': 1, 'state_after': 'active', 'changes_presence': false, 'is_kept_of_excluded': false},
        'typed': {'code': 2, 'state_after': 'active', 'changes_presence': false, 'is_kept_of_excluded': false},
        'copied': {'code': 3, 'state_after': 'active', 'changes_presence': false, 'is_kept_of_excluded': false},
        'cut': {'code': 4, 'state_after': 'active', 'changes_presence': false, 'is_kept_of_excluded': false},
        'pasted': {'code': 5, 'state_after': 'active', 'changes_presence': false, 'is_kept_of_excluded': false},
        'scrolled': {'code': 6, 'state_after': 'active', 'changes_presence': false, 'is_kept_of_excluded': false},
        'element_changed': {'code': 7, 'state_after': 'active', 'changes_presence': false, 'is_kept_of_excluded': false},
        'submitted': {'code': 8, 'state_after': 'active', 'changes_presence': false, 'is_kept_of_excluded': false},
        'idle_started': {'code': 9, 'state_after': 'idle', 'changes_presence': true, 'is_kept_of_excluded': true},
        'idle_ended': {'code': 10, 'state_after': 'active', 'changes_presence': false, 'is_kept_of_excluded': true},
        'locked': {'code': 11, 'state_after': 'locked', 'changes_presence': true, 'is_kept_of_excluded': true},
        'unlocked': {'code': 12, 'state_after': 'active', 'changes_presence': false, 'is_kept_of_excluded': true},
        'private_started': {'code': 13, 'state_after': 'private', 'changes_presence': true, 'is_kept_of_excluded': true},
        'private_ended': {'code': 14, 'state_after': 'active', 'changes_presence': false, 'is_kept_of_excluded': true},
        'session_started': {'code': 15, 'state_after': 'active', 'changes_presence': true, 'is_kept_of_excluded': true},
        'session_ended': {'code': 16, 'state_after': 'unobserved', 'changes_presence': true, 'is_kept_of_excluded': true},
        'slept': {'code': 17, 'state_after': 'off', 'changes_presence': true, 'is_kept_of_excluded': true},
        'woke': {'code': 18, 'state_after': 'active', 'changes_presence': false, 'is_kept_of_excluded': true},
        'task_started': {'code': 19, 'state_after': none, 'changes_presence': false, 'is_kept_of_excluded': true},
        'task_stopped': {'code': 20, 'state_after': none, 'changes_presence': false, 'is_kept_of_excluded': true},
    }) %}
{% endmacro %}

{# Activity kinds that count as active time. #}
{% macro active_kinds() %}{% do return(['productive', 'non_productive', 'uncategorized']) %}{% endmacro %}
