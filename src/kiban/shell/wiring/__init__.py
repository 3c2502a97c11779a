"""Joins the pages to the rooms: the composition root of the web process."""
