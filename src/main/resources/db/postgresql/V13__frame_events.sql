-- Of a frame of several files the first one tells.
CREATE FUNCTION note_job_frame() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM frame AS other WHERE other.job_id = NEW.job_id AND other.number = NEW.number
      AND other.view_suffix <> NEW.view_suffix) THEN
    PERFORM note_job_event(NEW.job_id, 'frame', NEW.number, NULL, NULL, NULL);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER frame_stored AFTER INSERT ON frame FOR EACH ROW EXECUTE FUNCTION note_job_frame();
