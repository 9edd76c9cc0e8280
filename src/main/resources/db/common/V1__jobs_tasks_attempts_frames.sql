-- One schema for SQLite and PostgreSQL: no generated keys, times are milliseconds since 1970 UTC, truth values are 0 and 1.
-- Rule for every later version: only add (tables, columns with a default, indexes), so that a node one version older goes on
-- working on the same store; what nothing uses any more is removed one release later.

CREATE TABLE job (
  id               BIGINT  NOT NULL PRIMARY KEY,
  state            VARCHAR(16) NOT NULL,
  reason           TEXT,
  request          TEXT    NOT NULL, -- what the client asked for, as JSON
  first_frame      INTEGER NOT NULL,
  last_frame       INTEGER NOT NULL,
  frames_done      INTEGER NOT NULL DEFAULT 0,
  priority         INTEGER NOT NULL,
  idempotency_key  VARCHAR(255) UNIQUE,
  cancel_requested INTEGER NOT NULL DEFAULT 0,
  submitted_at     BIGINT  NOT NULL,
  started_at       BIGINT,
  ended_at         BIGINT
);
CREATE INDEX job_by_age ON job (submitted_at, id);
CREATE INDEX job_by_state ON job (state, submitted_at, id);
CREATE INDEX job_by_end ON job (ended_at);

CREATE TABLE task (
  job_id      BIGINT  NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  position    INTEGER NOT NULL,
  state       VARCHAR(16) NOT NULL,
  reason      TEXT,
  first_frame INTEGER NOT NULL,
  last_frame  INTEGER NOT NULL,
  failures    INTEGER NOT NULL DEFAULT 0, -- attempts that count, since the last frame that was stored
  PRIMARY KEY (job_id, position)
);
CREATE INDEX task_by_state ON task (job_id, state);

CREATE TABLE attempt (
  job_id               BIGINT  NOT NULL,
  position             INTEGER NOT NULL,
  number               INTEGER NOT NULL,
  node                 VARCHAR(255) NOT NULL,
  pid                  BIGINT  NOT NULL,
  process_started      BIGINT  NOT NULL, -- the kernel's start time of that process, in clock ticks since boot
  outcome              VARCHAR(32),      -- null while it runs
  reason               TEXT,
  exit_code            INTEGER,
  signal               VARCHAR(16),
  peak_memory_bytes    BIGINT  NOT NULL DEFAULT 0,
  current_frame        INTEGER,
  current_frame_progress DOUBLE PRECISION,
  current_frame_seconds_left DOUBLE PRECISION,
  started_at           BIGINT  NOT NULL,
  ended_at             BIGINT,
  PRIMARY KEY (job_id, position, number),
  FOREIGN KEY (job_id, position) REFERENCES task (job_id, position) ON DELETE CASCADE
);
CREATE INDEX attempt_running ON attempt (node) WHERE outcome IS NULL;

CREATE TABLE frame (
  job_id      BIGINT  NOT NULL,
  number      INTEGER NOT NULL,
  view_suffix VARCHAR(64) NOT NULL, -- empty, but for stereo scenes: the name of the eye's file ends with it
  position    INTEGER NOT NULL,
  attempt     INTEGER NOT NULL,     -- 0: it was there already
  path        TEXT    NOT NULL,     -- below the output folder
  size_bytes  BIGINT  NOT NULL,
  modified_at BIGINT  NOT NULL,     -- in microseconds: it tells one file from another of the same name
  inode       BIGINT  NOT NULL,
  seconds     DOUBLE PRECISION,
  stored_at   BIGINT  NOT NULL,
  PRIMARY KEY (job_id, number, view_suffix),
  FOREIGN KEY (job_id, position) REFERENCES task (job_id, position) ON DELETE CASCADE
);
CREATE INDEX frame_by_task ON frame (job_id, position, number);
