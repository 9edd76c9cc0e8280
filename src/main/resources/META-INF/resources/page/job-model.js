/** A job with its frames, as the node tells of them. */
import { get, page } from './api.js';
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
  #id;
  #now = null;
  #text = '';
  #timer = 0;
  #closed = false;
  #looking = null;
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
    await this.look();
    if (this.job) await this.#readFrames();
  }

  /** Asks for the job again, its frames aside. */
  async look() {
    clearTimeout(this.#timer);
    const mine = (this.#looking = {});
    try {
      const job = await get(`/job/${this.#id}?attempts=200`);
      if (this.#closed || mine !== this.#looking) return;
      this.#take(job);
    } catch (problem) {
      this.problem = problem;
    }
    if (this.#closed) return;
    this.#changed();
    if (this.job && !hasEnded(this.job)) this.#lookIn(PERIOD);
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

  async #readFrames() {
    const found = new Map();
    try {
      for (let next = `/job/${this.#id}/frame?limit=1000`; next && !this.#closed; ) {
        const part = await page(next);
        part.items.forEach((frame) => found.set(frame.number, frame));
        next = part.next;
        this.frames = new Map([...this.frames, ...found]);
        this.#changed();
      }
      let newest = null;
      for (const frame of found.values()) if (!newest || frame.storedAt >= newest.storedAt) newest = frame;
      this.newest = newest?.number ?? null;
    } catch (problem) {
      this.problem = problem;
    }
    this.#changed();
  }

  #lookIn(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => !document.hidden && live.state === 'live' && this.look(), milliseconds);
  }

  #hear(event) {
    if (event.type === 'frame') {
      this.frames = new Map(this.frames).set(event.number, event);
      this.newest = event.number;
    } else if (event.type === 'progress' && this.job) {
      const { framesDone, framesTotal, progress, remainingSeconds } = event;
      this.#now = event.frame;
      this.job = { ...this.job, framesDone, framesTotal, progress, remainingSeconds };
    } else if (event.type === 'state' && this.job) {
      this.job = { ...this.job, state: event.state, reason: event.reason };
      this.#lookIn(SOON);
    } else if (event.type === 'warning') {
      this.#lookIn(SOON);
    }
    this.#changed();
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
