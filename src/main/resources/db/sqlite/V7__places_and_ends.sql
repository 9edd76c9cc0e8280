-- A task that waits before it is tried again keeps its place in the line: when it may be claimed is another moment.
ALTER TABLE scheduled_tasks ADD COLUMN place INTEGER; -- null until it was claimed first: its place is execution_time
CREATE INDEX scheduled_tasks_in_line
  ON scheduled_tasks (picked, priority DESC, COALESCE(place, execution_time), task_instance);

-- Canceled jobs whose tasks have not ended all.
CREATE INDEX job_to_end ON job (cancel_requested, ended_at);
