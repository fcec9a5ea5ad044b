"""How assets are cut: by local day, and by project.

What a local day is belongs to `domain.dates.days`; which days a run covers to the sensors.
"""

import dagster as dg

#: Imported recordings may be old. Two days ahead: somewhere it is tomorrow already.
DAYS = dg.DailyPartitionsDefinition(start_date="2015-01-01", end_offset=2)

PROJECTS = dg.DynamicPartitionsDefinition(name="projects")
"""Keys are project ids as text."""
