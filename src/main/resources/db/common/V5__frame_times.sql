-- How long a job's frames took, as far as it is known, so that their average costs no look at each of them.

ALTER TABLE job ADD COLUMN timed_frames INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN frame_seconds DOUBLE PRECISION NOT NULL DEFAULT 0;
