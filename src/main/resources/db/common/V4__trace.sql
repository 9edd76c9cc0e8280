-- The request that a job came by, as W3C trace context names it (traceparent), where it is traced.

ALTER TABLE job ADD COLUMN trace_parent VARCHAR(64);
