"""Pages → grids, lines, tables, amounts, prose, forms. Nothing here judges what it reads."""
