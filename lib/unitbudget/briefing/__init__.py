"""From the clean package to sentences, charts and sealed pages."""
