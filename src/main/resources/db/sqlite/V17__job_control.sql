-- What clients change of a job that is in the line.

ALTER TABLE job ADD COLUMN paused INTEGER NOT NULL DEFAULT 0; -- nothing of it starts
ALTER TABLE job ADD COLUMN name VARCHAR(255);       -- in place of the one that it was posted with
ALTER TABLE job ADD COLUMN posted_priority INTEGER; -- where it has another one now
ALTER TABLE job ADD COLUMN queued_at INTEGER;       -- its place in the line; null is submitted_at
CREATE INDEX job_in_line ON job (priority DESC, COALESCE(queued_at, submitted_at), id)
  WHERE ended_at IS NULL AND paused = 0;
CREATE INDEX job_paused ON job (id) WHERE ended_at IS NULL AND paused = 1;

-- An earlier version of the program asks only whether a task is due: those of a paused job are in the year 9999.
CREATE TRIGGER job_paused AFTER UPDATE OF paused ON job WHEN NEW.paused <> OLD.paused BEGIN
  UPDATE scheduled_tasks SET place = COALESCE(place, execution_time),
    execution_time = CASE WHEN NEW.paused THEN 253370764800000 ELSE COALESCE(place, execution_time) END
  WHERE CAST(task_instance AS INTEGER) = NEW.id AND NOT picked;
  INSERT INTO job_event (job_id, kind, code, name, message)
  VALUES (NEW.id, 'state', NEW.state, CASE WHEN NEW.paused THEN 'paused' END, NEW.reason);
END;
CREATE TRIGGER task_of_paused_job AFTER UPDATE OF picked, execution_time ON scheduled_tasks
WHEN NOT NEW.picked AND NEW.execution_time < 253370764800000
  AND EXISTS (SELECT 1 FROM job WHERE id = CAST(NEW.task_instance AS INTEGER) AND paused) BEGIN
  UPDATE scheduled_tasks SET place = COALESCE(place, execution_time), execution_time = 253370764800000
  WHERE task_name = NEW.task_name AND task_instance = NEW.task_instance;
END;

-- The name of a state's event says whether the job is paused.
DROP TRIGGER job_moved;
CREATE TRIGGER job_moved AFTER UPDATE OF state ON job WHEN NEW.state <> OLD.state AND NEW.paused = OLD.paused BEGIN
  INSERT INTO job_event (job_id, kind, code, name, message)
  VALUES (NEW.id, 'state', NEW.state, CASE WHEN NEW.paused THEN 'paused' END, NEW.reason);
END;
