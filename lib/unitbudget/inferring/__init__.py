"""What a disclosure implies without printing it, with the assumption stated."""
