"""From what is typed in four steps to a scenario, and from a plan to the plans that would be."""
