"""One document, many documents, and what is kept of them between runs."""
