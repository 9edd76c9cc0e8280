/** The jobs that a list shows: a page after the other, and what the node tells of them meanwhile. */
import { get, isFinal, page } from './api.js';
import { parse } from './frames.js';
import { hasEnded } from './words.js';
import { live } from './live.js';

const PAGE = 50;
const SOON = 400;
const PERIOD = 5000;
const PICTURED = 12;

export class JobList extends EventTarget {
  jobs = [];
  next = null;
  loading = false;
  loaded = false;
  problem = null;
  #state;
  #stale = new Set();
  #timer = 0;
  #again = 0;
  #round = 0;
  #begin = () => this.reload();
  #event = (event) => this.#hear(event.detail);

  /** @param {string} state which jobs, or all for '' */
  constructor(state = '') {
    super();
    this.#state = state;
  }

  open() {
    live.addEventListener('begin', this.#begin);
    live.addEventListener('job', this.#event);
    this.reload();
  }

  close() {
    this.#round++;
    clearTimeout(this.#timer);
    clearTimeout(this.#again);
    live.removeEventListener('begin', this.#begin);
    live.removeEventListener('job', this.#event);
  }

  /** Reads the first page anew; what was read beyond it stays. */
  async reload() {
    const round = ++this.#round;
    clearTimeout(this.#again);
    this.loading = true;
    try {
      const found = await page(`/job?limit=${PAGE}${this.#filter}`);
      if (round !== this.#round) return;
      const oldest = found.items.at(-1);
      const rest = oldest && found.next ? this.jobs.slice(this.jobs.findIndex((job) => job.id === oldest.id) + 1 || this.jobs.length) : [];
      const before = new Map(this.jobs.map((job) => [job.id, job.newestFrame]));
      this.jobs = [...found.items.map((job) => ({ ...job, newestFrame: before.get(job.id) })), ...rest];
      if (rest.length === 0) this.next = found.next;
      this.loaded = true;
      this.problem = null;
      if (this.#state === 'running') this.#findNewest(round);
    } catch (problem) {
      if (round !== this.#round) return;
      this.#failed(problem);
    }
    this.loading = false;
    this.#changed();
  }

  /** Which frame of each job was finished last: of the first jobs, and where it is likely to be found at once. */
  async #findNewest(round) {
    for (const { id, frames, framesDone, newestFrame } of this.jobs.slice(0, PICTURED)) {
      if (newestFrame != null || framesDone === 0) continue;
      const from = parse(frames)?.[Math.max(0, framesDone - 20)];
      const found = await get(`/job/${id}/frame?from=${from ?? 1}&limit=40`).catch(() => []);
      if (round !== this.#round) return;
      const newest = found.reduce((best, frame) => (!best || frame.storedAt >= best.storedAt ? frame : best), null);
      const at = this.jobs.findIndex((job) => job.id === id);
      if (newest && at >= 0 && this.jobs[at].newestFrame == null) this.#replace(at, { ...this.jobs[at], newestFrame: newest.number });
    }
  }

  async more() {
    // It is asked for whenever the end of the list is seen: after a failure not at once.
    if (this.loading || !this.next || this.problem) return;
    const round = this.#round;
    this.loading = true;
    try {
      const found = await page(this.next);
      if (round !== this.#round) return;
      const there = new Set(this.jobs.map((job) => job.id));
      this.jobs = [...this.jobs, ...found.items.filter((job) => !there.has(job.id))];
      this.next = found.next;
    } catch (problem) {
      if (round !== this.#round) return;
      this.#failed(problem);
    }
    this.loading = false;
    this.#changed();
  }

  /** Looks again after a while; where the node is away, that is when the stream begins anew. */
  #failed(problem) {
    this.problem = problem;
    if (isFinal(problem)) return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => !document.hidden && live.state === 'live' && this.reload(), PERIOD);
  }

  get #filter() {
    return this.#state ? `&state=${this.#state}` : '';
  }

  #hear(event) {
    const at = this.jobs.findIndex((job) => job.id === event.job);
    if (event.type === 'progress' && at >= 0) {
      const { framesDone, framesTotal, progress, remainingSeconds } = event;
      this.#replace(at, { ...this.jobs[at], framesDone, framesTotal, progress, remainingSeconds });
    } else if (event.type === 'frame' && at >= 0) {
      this.#replace(at, { ...this.jobs[at], newestFrame: event.number });
    } else if (event.type === 'state') {
      if (at >= 0) this.#replace(at, { ...this.jobs[at], state: event.state, reason: event.reason, paused: event.paused });
      this.#stale.add(event.job);
      this.#later();
    }
  }

  #replace(at, job) {
    this.jobs = this.jobs.with(at, job);
    this.#changed();
  }

  /** Many events at once are one look. */
  #later(milliseconds = SOON) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#refresh(), milliseconds);
  }

  async #refresh() {
    // All is read when the stream begins anew.
    if (live.state !== 'live') return;
    const ids = [...this.#stale];
    this.#stale.clear();
    const unknown = ids.filter((id) => !this.jobs.some((job) => job.id === id));
    if (ids.length > 4 || unknown.length > 0 || this.#state) {
      await this.reload();
      return;
    }
    for (const id of ids) {
      try {
        const job = await get(`/job/${id}?attempts=0`);
        const at = this.jobs.findIndex((other) => other.id === id);
        if (at >= 0) this.#replace(at, { ...job, newestFrame: this.jobs[at].newestFrame });
      } catch (problem) {
        if (isFinal(problem)) continue;
        this.#stale.add(id);
        this.#later(PERIOD);
      }
    }
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

/** Which of these jobs have their frames still: those of a later job with the same file names have taken their place. */
export function owners(jobs) {
  const seen = new Set();
  const found = new Set();
  for (const job of jobs) {
    const key = `${job.owner ?? ''} ${job.output}`;
    if (!seen.has(key) && (job.framesDone > 0 || !hasEnded(job))) {
      seen.add(key);
      found.add(job.id);
    }
  }
  return found;
}
