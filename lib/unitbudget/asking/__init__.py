"""Questions a careful reader would put to the unit: soft rules and completeness."""
