-- A claim goes by jobs: it takes the first task that waits of the first of them.
CREATE INDEX scheduled_tasks_of_job
  ON scheduled_tasks ((CAST(SPLIT_PART(task_instance, '-', 1) AS BIGINT)), task_instance) WHERE NOT picked;
CREATE INDEX scheduled_tasks_running ON scheduled_tasks ((CAST(SPLIT_PART(task_instance, '-', 1) AS BIGINT)))
  WHERE picked;
