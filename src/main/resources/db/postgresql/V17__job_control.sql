-- What clients change of a job that is in the line.

ALTER TABLE job ADD COLUMN paused INTEGER NOT NULL DEFAULT 0; -- nothing of it starts
ALTER TABLE job ADD COLUMN name VARCHAR(255);       -- in place of the one that it was posted with
ALTER TABLE job ADD COLUMN posted_priority INTEGER; -- where it has another one now
ALTER TABLE job ADD COLUMN queued_at BIGINT;        -- its place in the line; null is submitted_at
CREATE INDEX job_in_line ON job (priority DESC, COALESCE(queued_at, submitted_at), id)
  WHERE ended_at IS NULL AND paused = 0;
CREATE INDEX job_paused ON job (id) WHERE ended_at IS NULL AND paused = 1;

-- A node of an earlier version claims no task of a job with a tag that it does not offer: none offers this one.
CREATE FUNCTION note_job_paused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.paused = 1 THEN
    INSERT INTO job_tag (job_id, tag) VALUES (NEW.id, 'job:paused') ON CONFLICT DO NOTHING;
  ELSE
    DELETE FROM job_tag WHERE job_id = NEW.id AND tag = 'job:paused';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER job_paused AFTER UPDATE OF paused ON job FOR EACH ROW WHEN (NEW.paused <> OLD.paused)
  EXECUTE FUNCTION note_job_paused();

-- The name of a state's event says whether the job is paused.
CREATE OR REPLACE FUNCTION note_job_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_job_event(
    NEW.id, 'state', NULL, NEW.state, CASE WHEN NEW.paused = 1 THEN 'paused' END, NEW.reason);
  RETURN NULL;
END $$;
DROP TRIGGER job_moved ON job;
CREATE TRIGGER job_moved AFTER UPDATE OF state, paused ON job FOR EACH ROW
  WHEN (NEW.state <> OLD.state OR NEW.paused <> OLD.paused) EXECUTE FUNCTION note_job_state();
