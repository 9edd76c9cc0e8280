-- What has happened to jobs, for those who listen. The tables themselves note it, whichever version of the program
-- writes. One writes at a time: each event has a number of its own for its transaction (PostgreSQL's may share one).

CREATE TABLE job_event (
  in_transaction INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  number         INTEGER NOT NULL DEFAULT 0,
  job_id         INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  kind           VARCHAR(16) NOT NULL, -- state, frame or warning
  frame          INTEGER,
  code           VARCHAR(32),          -- the state, or the warning's code
  name           VARCHAR(255),         -- what the warning is about
  message        TEXT,                 -- the state's reason, or the warning
  noted_at       INTEGER NOT NULL DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))
);
CREATE INDEX job_event_by_job ON job_event (job_id, in_transaction);
CREATE INDEX job_event_by_age ON job_event (noted_at);

CREATE TRIGGER job_posted AFTER INSERT ON job BEGIN
  INSERT INTO job_event (job_id, kind, code, message) VALUES (NEW.id, 'state', NEW.state, NEW.reason);
END;
CREATE TRIGGER job_moved AFTER UPDATE OF state ON job WHEN NEW.state <> OLD.state BEGIN
  INSERT INTO job_event (job_id, kind, code, message) VALUES (NEW.id, 'state', NEW.state, NEW.reason);
END;

-- Of a frame of several files the first one tells.
CREATE TRIGGER frame_stored AFTER INSERT ON frame
WHEN NOT EXISTS (SELECT 1 FROM frame WHERE job_id = NEW.job_id AND number = NEW.number
  AND view_suffix <> NEW.view_suffix) BEGIN
  INSERT INTO job_event (job_id, kind, frame) VALUES (NEW.job_id, 'frame', NEW.number);
END;
CREATE TRIGGER job_warned AFTER INSERT ON job_warning BEGIN
  INSERT INTO job_event (job_id, kind, code, name, message)
  VALUES (NEW.job_id, 'warning', NEW.code, NEW.name, NEW.message);
END;

-- The attempts that run, whose progress is told.
CREATE INDEX attempt_under_way ON attempt (job_id, position) WHERE outcome IS NULL;
