"""From activities to a project's datamart: categories, task instances and whose time is whose."""
