"""For analysts: a document asked in words, its sentences, tables, charts and pages."""
