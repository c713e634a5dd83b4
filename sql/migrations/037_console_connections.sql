-- In the cloud each instance of the functions that answer the page has connections of its own (two), which it keeps while it sleeps:
-- ten in all were too few for a handful of people who look.
alter role console connection limit 60;
