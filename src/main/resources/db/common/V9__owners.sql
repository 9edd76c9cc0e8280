-- Whose token a job came with; null where none are asked for.

ALTER TABLE job ADD COLUMN owner VARCHAR(64);
CREATE INDEX job_by_owner ON job (owner, state);
