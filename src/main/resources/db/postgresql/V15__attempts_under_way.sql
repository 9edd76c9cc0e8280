-- The attempts that run, whose progress is told.
CREATE INDEX attempt_under_way ON attempt (job_id, position) WHERE outcome IS NULL;
