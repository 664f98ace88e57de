"""Does the document add up: rules, claims, what it implies, and what to ask."""
