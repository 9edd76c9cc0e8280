/** The finished frames of a job: the list as it was read, and what the node tells of meanwhile. */
import { page } from './api.js';
import { place } from './frames.js';

export class FinishedFrames {
  /** By their number. */
  byNumber = new Map();
  /** The one that was finished last. */
  newest = null;
  /** Whether they are known: what is not among them is missing. */
  listed = false;
  /** Whether the list must be read, anew or for the first time. */
  stale = true;
  #job;
  #changed;
  #closed = false;
  #reading = null;
  #heard = new Map();
  /** For how many the list was read last: where it has another number for good it is not read again and again. */
  #settled = '';
  #sorted = null;

  /** @param {() => void} changed called whenever there are others */
  constructor(job, changed) {
    this.#job = job;
    this.#changed = changed;
  }

  close() {
    this.#closed = true;
  }

  /** Takes one that was finished just now. */
  hear(frame) {
    this.byNumber = new Map(this.byNumber).set(frame.number, frame);
    this.#heard.set(frame.number, frame);
    this.newest = frame.number;
  }

  /**
   * Whether some are not known, or are no longer there. The newest are told a moment after they are counted: those that
   * were counted a look ago must be known.
   */
  missesSome(before, now) {
    if (this.#reading) return false;
    const size = this.byNumber.size;
    return this.stale || now < before || (size < Math.min(before, now) && `${now} ${size}` !== this.#settled);
  }

  /** Reads the list, and once more where that was asked for meanwhile; rejected where it cannot be read. */
  read(counted) {
    this.stale = true;
    this.#reading ??= this.#readStale(counted).finally(() => (this.#reading = null));
    return this.#reading;
  }

  async #readStale(counted) {
    try {
      while (this.stale && !this.#closed) {
        this.stale = false;
        await this.#readList();
        this.#settled = `${counted} ${this.byNumber.size}`;
      }
    } catch (problem) {
      this.stale = true;
      throw problem;
    }
  }

  async #readList() {
    const found = new Map();
    this.#heard = new Map();
    for (let next = `/job/${this.#job}/frame?limit=1000`; next; ) {
      const part = await page(next);
      if (this.#closed) return;
      part.items.forEach((frame) => found.set(frame.number, frame));
      next = part.next;
      this.byNumber = new Map([...this.byNumber, ...found]);
      this.#changed();
    }
    // What is in the list no longer is rendered anew.
    this.byNumber = new Map([...found, ...this.#heard]);
    let newest = null;
    for (const frame of this.byNumber.values()) if (!newest || frame.storedAt >= newest.storedAt) newest = frame;
    this.newest = newest?.number ?? null;
    // Where it is to be read once more, what is missing is not known yet.
    this.listed = !this.stale;
    this.#changed();
  }

  /** The one that comes so many places after another, round and round; null where there is none. */
  step(number, by) {
    const done = this.numbers;
    if (done.length === 0) return null;
    const at = place(done, number ?? done[0]);
    const here = done[at] === number ? at : by > 0 ? at - 1 : at;
    return done[(((here + by) % done.length) + done.length) % done.length];
  }

  /** Their numbers, in order. */
  get numbers() {
    if (this.#sorted?.of !== this.byNumber) this.#sorted = { of: this.byNumber, list: Int32Array.from(this.byNumber.keys()).sort() };
    return this.#sorted.list;
  }
}
