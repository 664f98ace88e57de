"""The prose of a disclosure: every figure it states, and what that figure is bound to."""
