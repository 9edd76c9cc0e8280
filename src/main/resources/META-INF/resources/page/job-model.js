/** A job with its frames, as the node tells of them. */
import { get, isFinal } from './api.js';
import { fleet } from './fleet.js';
import { FinishedFrames } from './finished-frames.js';
import { parse } from './frames.js';
import { live } from './live.js';
import { hasEnded, shown } from './words.js';

const PERIOD = 5000;
const SOON = 300;

export class JobModel extends EventTarget {
  job = null;
  problem = null;
  numbers = new Int32Array(0);
  #id;
  #finished;
  #now = null;
  #text = '';
  #timer = 0;
  #closed = false;
  #looking = null;
  /** How many frames were finished at the last look. */
  #counted = 0;
  #begin = () => this.load();
  #event = (event) => event.detail.job === this.#id && this.#hear(event.detail);
  #fleet = () => this.#changed();

  constructor(id) {
    super();
    this.#id = id;
    this.#finished = new FinishedFrames(id, () => this.#changed());
  }

  open() {
    live.addEventListener('begin', this.#begin);
    live.addEventListener('job', this.#event);
    fleet.addEventListener('change', this.#fleet);
    this.load();
  }

  close() {
    this.#closed = true;
    this.#finished.close();
    clearTimeout(this.#timer);
    live.removeEventListener('begin', this.#begin);
    live.removeEventListener('job', this.#event);
    fleet.removeEventListener('change', this.#fleet);
  }

  /** Finished frames by their number. */
  get frames() {
    return this.#finished.byNumber;
  }

  /** The frame that was finished last. */
  get newest() {
    return this.#finished.newest;
  }

  /** Whether the finished frames are known, so that the others are missing. */
  get listed() {
    return this.#finished.listed;
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
    this.#finished.stale = true;
    await this.look();
  }

  /** Asks for the job again, and for its frames where they are not what was told. */
  async look() {
    clearTimeout(this.#timer);
    const mine = (this.#looking = {});
    try {
      const job = await get(`/job/${this.#id}?attempts=200`);
      if (this.#closed || mine !== this.#looking) return;
      const before = this.#counted;
      this.#counted = job.framesDone;
      this.#take(job);
      if (!hasEnded(job)) this.#lookIn(PERIOD);
      this.#changed();
      if (this.#finished.missesSome(before, job.framesDone)) await this.#readFrames();
    } catch (problem) {
      if (mine === this.#looking) this.#failed(problem);
    }
  }

  #failed(problem) {
    if (this.#closed) return;
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

  async #readFrames() {
    try {
      await this.#finished.read(this.job.framesDone);
    } catch (problem) {
      this.#failed(problem);
    }
  }

  #lookIn(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => !document.hidden && live.state === 'live' && this.look(), milliseconds);
  }

  #hear(event) {
    if (event.type === 'frame') {
      this.#finished.hear(event);
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
    if (reads) this.#finished.stale = true;
    if (hasEnded(event)) this.#finished.listed = false;
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
    return this.#finished.step(number, by);
  }

  get doneNumbers() {
    return this.#finished.numbers;
  }
}
