-- Frames that are to be rendered anew: until the new one counts the old one is served.
ALTER TABLE frame ADD COLUMN stale INTEGER NOT NULL DEFAULT 0;
