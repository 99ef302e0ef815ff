"""Groups of people: drawing them, running them, holding them against published groups."""
