"""`make chaos`: a campaign on a bad line, with processes killed and the database restarted."""
