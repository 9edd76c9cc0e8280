-- What has happened to jobs, for those who listen. The tables themselves note it, whichever version of the program
-- writes. Events come in the order of (in_transaction, number), and one is told once no transaction up to its
-- in_transaction is open any more: nothing can come before it then. Of one job they come in the order in which they
-- happened: each holds the job's row, and is never earlier than the one before it.
--
-- Each of the tables comes with a migration of its own: while one is locked no other is, since older nodes that render
-- on lock them in other orders.

CREATE TABLE job_event (
  in_transaction BIGINT      NOT NULL,
  number         BIGINT      NOT NULL GENERATED ALWAYS AS IDENTITY,
  job_id         BIGINT      NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  kind           VARCHAR(16) NOT NULL, -- state, frame or warning
  frame          INTEGER,
  code           VARCHAR(32),          -- the state, or the warning's code
  name           VARCHAR(255),         -- what the warning is about
  message        TEXT,                 -- the state's reason, or the warning
  noted_at       BIGINT      NOT NULL,
  PRIMARY KEY (in_transaction, number)
);
CREATE INDEX job_event_by_job ON job_event (job_id, in_transaction, number);
CREATE INDEX job_event_by_age ON job_event (noted_at);

-- A store that was restored elsewhere remembers transactions that have not been yet: those do not count.
CREATE FUNCTION note_job_event(of_job BIGINT, kind TEXT, frame INTEGER, code TEXT, name TEXT, message TEXT)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM job WHERE id = of_job FOR NO KEY UPDATE;
  INSERT INTO job_event (in_transaction, job_id, kind, frame, code, name, message, noted_at)
  VALUES (
    GREATEST(
      pg_current_xact_id()::text::bigint,
      (SELECT MAX(earlier.in_transaction) FROM job_event AS earlier WHERE earlier.job_id = of_job
        AND earlier.in_transaction < pg_snapshot_xmax(pg_current_snapshot())::text::bigint)),
    of_job, kind, frame, code, name, message,
    CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT));
END $$;

CREATE FUNCTION note_job_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_job_event(NEW.id, 'state', NULL, NEW.state, NULL, NEW.reason);
  RETURN NULL;
END $$;
CREATE TRIGGER job_posted AFTER INSERT ON job FOR EACH ROW EXECUTE FUNCTION note_job_state();
CREATE TRIGGER job_moved AFTER UPDATE OF state ON job FOR EACH ROW WHEN (NEW.state <> OLD.state)
  EXECUTE FUNCTION note_job_state();
