-- Files that File Output nodes of a scene write beside a frame, and how far a simulation is.

CREATE TABLE frame_output (
  job_id      BIGINT       NOT NULL,
  number      INTEGER      NOT NULL,
  output      VARCHAR(160) NOT NULL, -- which of them, node/slot
  view_suffix VARCHAR(64)  NOT NULL, -- as a frame's
  position    INTEGER      NOT NULL,
  attempt     INTEGER      NOT NULL,
  path        TEXT         NOT NULL,
  size_bytes  BIGINT       NOT NULL,
  modified_at BIGINT       NOT NULL,
  inode       BIGINT       NOT NULL,
  seconds     DOUBLE PRECISION,
  stored_at   BIGINT       NOT NULL,
  PRIMARY KEY (job_id, number, output, view_suffix),
  FOREIGN KEY (job_id, position) REFERENCES task (job_id, position) ON DELETE CASCADE
);
CREATE INDEX frame_output_by_task ON frame_output (job_id, position);

ALTER TABLE attempt ADD COLUMN simulating_frame INTEGER;
