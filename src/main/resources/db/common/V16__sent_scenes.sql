-- Scenes that were sent. Their files are in SCENE_DIR, by their SHA-256; a version is a tree of links to them there.

CREATE TABLE scene_version (
  id      VARCHAR(36)   NOT NULL PRIMARY KEY, -- names its tree
  path    VARCHAR(2048) NOT NULL,             -- the scene's name for clients
  blend   VARCHAR(1024) NOT NULL,             -- the scene's file, in the tree
  etag    VARCHAR(64)   NOT NULL,             -- of all its files
  bytes   BIGINT        NOT NULL,             -- of the scene's file
  owner   VARCHAR(255),                       -- who sent it, or null
  sent_at BIGINT        NOT NULL,
  used_at BIGINT        NOT NULL              -- when it was last sent, or a job was posted with it
);
CREATE INDEX scene_version_path ON scene_version (path);
CREATE INDEX scene_version_used ON scene_version (used_at);

-- What a name means now: jobs go on with what it meant when they were posted.
CREATE TABLE sent_scene (
  path    VARCHAR(2048) NOT NULL PRIMARY KEY,
  version VARCHAR(36)   NOT NULL REFERENCES scene_version (id) ON DELETE CASCADE
);
CREATE INDEX sent_scene_version ON sent_scene (version);

CREATE TABLE sent_file (
  sha256  VARCHAR(64) NOT NULL PRIMARY KEY,
  bytes   BIGINT      NOT NULL,
  sent_at BIGINT      NOT NULL
);
CREATE INDEX sent_file_sent ON sent_file (sent_at);

-- Which folder SCENE_DIR is, so that nodes of one store do not each use another.
CREATE TABLE scene_place (
  one      INTEGER     NOT NULL PRIMARY KEY CHECK (one = 1),
  identity VARCHAR(36) NOT NULL
);

CREATE INDEX job_scene_file ON job (scene_file);
