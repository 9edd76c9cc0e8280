CREATE FUNCTION note_job_warning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_job_event(NEW.job_id, 'warning', NULL, NEW.code, NEW.name, NEW.message);
  RETURN NULL;
END $$;
CREATE TRIGGER job_warned AFTER INSERT ON job_warning FOR EACH ROW EXECUTE FUNCTION note_job_warning();
