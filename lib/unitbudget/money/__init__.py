"""The small library: amounts, codes and text; it knows no PDF and no rule."""
