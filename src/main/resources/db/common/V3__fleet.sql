-- What the nodes of a fleet tell each other.

CREATE TABLE node (
  name            VARCHAR(255) NOT NULL PRIMARY KEY,
  home            VARCHAR(64)  NOT NULL, -- names the node's data folder
  instance        VARCHAR(64)  NOT NULL, -- names this start of it
  slots           INTEGER NOT NULL,
  busy            INTEGER NOT NULL,
  tags            TEXT    NOT NULL,      -- joined by commas
  blender_version TEXT    NOT NULL,
  draining        INTEGER NOT NULL,
  started_at      BIGINT  NOT NULL,
  last_seen_at    BIGINT  NOT NULL       -- by the store's clock
);

CREATE TABLE job_tag (
  job_id BIGINT      NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  tag    VARCHAR(64) NOT NULL,
  PRIMARY KEY (job_id, tag)
);

-- Attempts' logs, where other nodes than the one that writes them may be asked for them.
CREATE TABLE log_part (
  job_id     BIGINT  NOT NULL,
  position   INTEGER NOT NULL,
  number     INTEGER NOT NULL,
  log_offset BIGINT  NOT NULL, -- the place in the log of the part's first byte
  next_offset BIGINT NOT NULL,
  text       TEXT    NOT NULL,
  PRIMARY KEY (job_id, position, number, log_offset),
  FOREIGN KEY (job_id, position, number) REFERENCES attempt (job_id, position, number) ON DELETE CASCADE
);
