"""Purges: reported by the pipelines, kept for guardians."""

from tests.governance_api.world import World, sentence


def test_a_report_is_kept_and_on_the_record(world: World) -> None:
    report = {"reason": "retention", "deleted": {"raw_events": 1200, "datamart": 30}}
    pipelines = world.tokens["pipelines"]
    made = world.done(world.client.post("/purges", json={"report": report}, headers=pipelines))
    guardian = world.signed_in("greta", "guardian")
    assert world.done(world.client.get("/purges", headers=guardian)) == [made]
    entries = world.done(world.client.get("/audit-entries?tag=purge:reported", headers=guardian))
    assert entries[-1]["facts"] == {"report": report}
    answer = world.client.post("/purges", json={"report": {"x": "y" * 70_000}}, headers=pipelines)
    assert "bytes" in sentence(answer, 422)
