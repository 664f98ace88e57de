"""The identities of a disclosure: rules as data, their language, checks and suspects."""
