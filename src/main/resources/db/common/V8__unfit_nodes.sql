-- Which nodes have found that they cannot render a task: their Blender, or what is in their blend folder, will not do.

CREATE TABLE task_unfit_node (
  task_instance VARCHAR(64)  NOT NULL, -- the task's name in the queue, which asks by it
  node          VARCHAR(255) NOT NULL,
  job_id        BIGINT       NOT NULL,
  position      INTEGER      NOT NULL,
  PRIMARY KEY (task_instance, node),
  FOREIGN KEY (job_id, position) REFERENCES task (job_id, position) ON DELETE CASCADE
);
CREATE INDEX task_unfit_node_by_task ON task_unfit_node (job_id, position);
