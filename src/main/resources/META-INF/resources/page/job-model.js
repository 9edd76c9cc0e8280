/** A job with its frames, as the node tells of them. */
import { get, isFinal, page } from './api.js';
import { fleet } from './fleet.js';
import { parse, place } from './frames.js';
import { live } from './live.js';
import { hasEnded, shown } from './words.js';

const PERIOD = 5000;
const SOON = 300;

export class JobModel extends EventTarget {
  job = null;
  problem = null;
  numbers = new Int32Array(0);
  /** Finished frames by their number. */
  frames = new Map();
  /** The frame that was finished last. */
  newest = null;
  /** Whether the frames are known: what is not among them is missing. */
  listed = false;
  #id;
  #now = null;
  #text = '';
  #timer = 0;
  #closed = false;
  #looking = null;
  /** Whether the list of frames must be read, anew or for the first time; its reading; what is heard meanwhile. */
  #stale = true;
  #reading = null;
  #heard = new Map();
  /** For which figures the list was read last: where it differs from them for good it is not read again and again. */
  #settled = '';
  #begin = () => this.load();
  #event = (event) => event.detail.job === this.#id && this.#hear(event.detail);
  #fleet = () => this.#changed();

  constructor(id) {
    super();
    this.#id = id;
  }

  open() {
    live.addEventListener('begin', this.#begin);
    live.addEventListener('job', this.#event);
    fleet.addEventListener('change', this.#fleet);
    this.load();
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    live.removeEventListener('begin', this.#begin);
    live.removeEventListener('job', this.#event);
    fleet.removeEventListener('change', this.#fleet);
  }

  /** Frames that are being rendered. */
  get rendering() {
    if (!this.job || this.job.state !== 'running') return [];
    const frames = fleet.rendering(this.#id).map((task) => task.frame);
    return [...new Set([...frames, this.#now])].filter((frame) => frame != null && !this.frames.has(frame));
  }

  /** What becomes of the frame at that place: done, now, missing, lost or waiting. */
  at(place, rendering) {
    const number = this.numbers[place];
    if (this.frames.has(number)) return 'done';
    if (rendering.has(number)) return 'now';
    if (!hasEnded(this.job)) return shown(this.job) === 'paused' ? 'held' : 'waiting';
    return this.job.state === 'failed' ? 'lost' : 'missing';
  }

  async load() {
    this.#stale = true;
    await this.look();
  }

  /** Asks for the job again, and for its frames where they are not what was told. */
  async look() {
    clearTimeout(this.#timer);
    const mine = (this.#looking = {});
    try {
      const job = await get(`/job/${this.#id}?attempts=200`);
      if (this.#closed || mine !== this.#looking) return;
      const before = this.job?.framesDone ?? 0;
      this.#take(job);
      if (!hasEnded(job)) this.#lookIn(PERIOD);
      this.#changed();
      if (this.#stale || this.#missesSome(before)) await this.#readFrames();
    } catch (problem) {
      if (this.#closed || mine !== this.#looking) return;
      this.#failed(problem);
    }
  }

  /** The newest frames are told a moment after they are counted: those that were counted a look ago must be known. */
  #missesSome(before) {
    const { framesDone } = this.job;
    return framesDone < before || (this.frames.size < Math.min(before, framesDone) && this.#figures !== this.#settled);
  }

  get #figures() {
    return `${this.job.framesDone} ${this.frames.size}`;
  }

  #failed(problem) {
    this.problem = problem;
    this.#changed();
    if (!isFinal(problem)) this.#lookIn(PERIOD);
  }

  #take(job) {
    this.job = job;
    this.problem = null;
    if (job.frames !== this.#text) {
      this.#text = job.frames;
      this.numbers = parse(job.frames) ?? new Int32Array(0);
    }
  }

  /** Takes the answer to a change. */
  took(job) {
    this.#take({ attempts: this.job?.attempts, warnings: this.job?.warnings, ...job });
    this.#changed();
    this.#lookIn(SOON);
  }

  /** Reads the list of frames, and once more where that was asked for meanwhile. */
  #readFrames() {
    this.#stale = true;
    this.#reading ??= this.#readStale().finally(() => (this.#reading = null));
    return this.#reading;
  }

  async #readStale() {
    try {
      while (this.#stale && !this.#closed) {
        this.#stale = false;
        await this.#readList();
      }
    } catch (problem) {
      this.#stale = true;
      this.#failed(problem);
    }
  }

  async #readList() {
    const found = new Map();
    this.#heard = new Map();
    for (let next = `/job/${this.#id}/frame?limit=1000`; next && !this.#closed; ) {
      const part = await page(next);
      part.items.forEach((frame) => found.set(frame.number, frame));
      next = part.next;
      this.frames = new Map([...this.frames, ...found]);
      this.#changed();
    }
    // What is in it no longer is rendered anew.
    this.frames = new Map([...found, ...this.#heard]);
    let newest = null;
    for (const frame of this.frames.values()) if (!newest || frame.storedAt >= newest.storedAt) newest = frame;
    this.newest = newest?.number ?? null;
    this.listed = true;
    this.#settled = this.#figures;
    this.#changed();
  }

  #lookIn(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => !document.hidden && live.state === 'live' && this.look(), milliseconds);
  }

  #hear(event) {
    if (event.type === 'frame') {
      this.frames = new Map(this.frames).set(event.number, event);
      this.#heard.set(event.number, event);
      this.newest = event.number;
    } else if (event.type === 'progress' && this.job) {
      const { framesDone, framesTotal, progress, remainingSeconds } = event;
      this.#now = event.frame;
      this.job = { ...this.job, framesDone, framesTotal, progress, remainingSeconds };
    } else if (event.type === 'state') {
      this.#hearState(event);
    } else if (event.type === 'warning') {
      this.#lookIn(SOON);
    }
    this.#changed();
  }

  /** The stream begins with what is so now, and a job that ends or is retried has other frames than were told. */
  #hearState(event) {
    const { state, reason, paused } = event;
    const reads = event.present || state !== 'running';
    if (reads) this.#stale = true;
    if (hasEnded(event)) this.listed = false;
    if (!this.job) return;
    this.job = { ...this.job, state, reason, paused };
    if (reads) this.#readFrames();
    this.#lookIn(SOON);
  }

  #changed() {
    if (!this.#closed) this.dispatchEvent(new Event('change'));
  }

  /** The finished frame that comes so many places after another, round and round; null where there is none. */
  step(number, by) {
    const done = this.doneNumbers;
    if (done.length === 0) return null;
    const at = place(done, number ?? done[0]);
    const here = done[at] === number ? at : by > 0 ? at - 1 : at;
    return done[(((here + by) % done.length) + done.length) % done.length];
  }

  get doneNumbers() {
    if (this.#done?.of !== this.frames) this.#done = { of: this.frames, list: Int32Array.from(this.frames.keys()).sort() };
    return this.#done.list;
  }
  #done = null;
}
