/** Numbers, times and outcomes in words. */
const OUTCOMES = {
  completed: ['finished', ''],
  canceled: ['was canceled', ''],
  drained: ['was handed back', 'The node was told to stop; another takes the task.'],
  cut_off: ['was handed back', 'The node could not reach the store for too long.'],
  unplaced: ['waits for room', 'The output folder is full or gone: make room, or mount it again.'],
  node_lost: ['was lost with its node', 'The node went away while it rendered. If that happens again, the scene may need more memory than it has.'],
  out_of_memory: ['ran out of memory', 'Render with fewer samples or smaller textures, or on a node with more memory.'],
  crash: ['ended with a crash of Blender', 'The log has its last words. Open the scene in the same version of Blender and render this frame.'],
  disk_full: ['filled the disk', 'Make room on the disk of the node, then retry.'],
  timeout: ['took longer than it may', 'Ask for fewer frames in a task (chunk), or raise RENDER_TASK_TIMEOUT.'],
  stalled: ['made no progress', 'The log says where it stood still. Raise RENDER_STALL_TIMEOUT if the scene is just slow.'],
  killed: ['was killed from outside', 'Somebody, or a kernel short of memory, ended Blender.'],
  cannot_write: ['could not write', 'Look at the rights of the output folder and the room in it.'],
  missing_frames: ['left frames out', 'Blender ended well, but frames are missing or torn. The log says more.'],
  blender_error: ['ended with an error', 'The log has Blender’s own words.'],
  node_cannot: ['cannot be done by that node', 'Another node may.'],
  bad_scene: ['ended: the scene cannot be rendered as it is', 'Mend the scene, send it again and retry: the same would happen on each node.'],
};

export const STATES = ['running', 'queued', 'completed', 'failed', 'canceled'];

/** What a person calls the job. */
export const title = (job) => job.name || (job.blend ?? 'job').replace(/^.*\//, '').replace(/\.blend$/, '');

/** The state that is shown: a job that is paused is shown so, whatever it waits for. */
export const shown = (job) => (job.paused && (job.state === 'queued' || job.state === 'running') ? 'paused' : job.state);

export const hasEnded = (job) => ['completed', 'failed', 'canceled'].includes(job.state);

/** What became of an attempt, and what to do about it. */
export function outcome(attempt) {
  const [what, advice] = OUTCOMES[attempt.outcome] ?? [attempt.outcome ? attempt.outcome.replaceAll('_', ' ') : 'renders now', ''];
  return { what, advice };
}

export function duration(seconds) {
  if (seconds == null || !isFinite(seconds)) return '';
  const s = Math.max(0, seconds);
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 90) return `${Math.round(s)} s`;
  if (s < 5400) return `${Math.round(s / 60)} min`;
  const hours = Math.floor(s / 3600);
  if (hours < 48) return `${hours} h ${Math.round((s % 3600) / 60)} min`;
  return `${Math.round(s / 86400)} days`;
}

export function ago(time) {
  const s = (Date.now() - new Date(time)) / 1000;
  if (s < 5) return 'now';
  return `${s < 60 ? `${Math.round(s)} s` : duration(s)} ago`;
}

export function bytes(count) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
export const moment = (time) => (time ? MOMENT.format(new Date(time)) : '');

const COUNT = new Intl.NumberFormat();
export const count = (number) => COUNT.format(number);
export const plural = (number, word) => `${count(number)} ${word}${number === 1 ? '' : 's'}`;

/** A warning's code as a heading. */
export const heading = (code) => code.replaceAll('_', ' ').replace(/^./, (c) => c.toUpperCase());
