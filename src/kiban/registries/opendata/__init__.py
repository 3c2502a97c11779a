"""Open data: what DCAT says of a data set, the inventory of what is held, the rating of what is published."""
