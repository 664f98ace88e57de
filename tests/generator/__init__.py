"""Made-up disclosures that add up, for tests only: a budget, its tables, its prose, its pages."""
