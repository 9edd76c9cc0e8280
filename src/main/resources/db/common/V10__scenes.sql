-- What Blender said of a job's scene once it was loaded, and which frames a job or task has that are no plain range.

ALTER TABLE job ADD COLUMN frames TEXT;        -- as FrameList writes them; null is from first_frame to last_frame
ALTER TABLE task ADD COLUMN frames TEXT;
ALTER TABLE job ADD COLUMN scene_file VARCHAR(128); -- what the scene's file was when the job was posted
ALTER TABLE job ADD COLUMN scene_engine VARCHAR(64); -- the engine that the scene was saved with
ALTER TABLE job ADD COLUMN scene_report TEXT;        -- as JSON

CREATE TABLE job_warning (
  job_id  BIGINT       NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  number  INTEGER      NOT NULL,
  code    VARCHAR(32)  NOT NULL,
  name    VARCHAR(255) NOT NULL, -- what it is about
  message TEXT         NOT NULL,
  PRIMARY KEY (job_id, code, name)
);

-- Scenes that were asked about.
CREATE TABLE scene_report (
  path     VARCHAR(1024) NOT NULL PRIMARY KEY, -- below the blend folder
  identity VARCHAR(128)  NOT NULL,             -- what its file was
  blender  VARCHAR(64)   NOT NULL,             -- the version that said so
  report   TEXT,                               -- as JSON, or
  failure  TEXT,                               -- why there is none
  until    BIGINT                              -- when it is to be asked about anew; null is when its file has changed
);
CREATE TABLE scene_wanted (
  path VARCHAR(1024) NOT NULL PRIMARY KEY
);
