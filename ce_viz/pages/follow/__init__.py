"""A student's page, at ``/?class=CODE``: it follows what the teacher of that class shows.

It has no settings and no live charts of its own, and stands in no navigation.
"""
