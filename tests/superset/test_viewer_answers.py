"""What Superset tells a viewer of other people and other projects: nothing."""

import json

from tests.superset.loading import loaded

without_others = loaded("viewer_answers").without_others


def test_addresses_of_others_go_and_ones_own_stays() -> None:
    told = {
        "result": {
            "username": "stella",
            "email": "stella@x",
            "owners": [{"id": 1, "username": "admin", "email": "a@x"}],
        }
    }
    assert without_others(told, login="stella", labels=set()) == {
        "result": {"username": "stella", "email": "stella@x", "owners": [{"id": 1, "username": "admin"}]}
    }


def test_colours_name_only_what_is_in_ones_own_rows() -> None:
    metadata = {"label_colors": {"Own task": "#1", "Foreign task": "#2"}, "shared_label_colors": ["Foreign task"]}
    told = {"result": {"json_metadata": json.dumps(metadata)}}
    answer = without_others(told, login="stella", labels={"Own task"})
    assert json.loads(answer["result"]["json_metadata"]) == {
        "label_colors": {"Own task": "#1"},
        "shared_label_colors": [],
    }
