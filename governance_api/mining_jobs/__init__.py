"""Mining jobs: one mining of one project with one rule set, asked for here and done by the pipelines."""
