/**
 * What happens, as the node tells it, and whether it is there. One stream for the whole page: a browser has six
 * connections for a node, and all its tabs share them, so that one that is not looked at gives its own back.
 */
import { session } from './session.js';

const TYPES = ['state', 'progress', 'frame', 'warning'];
const LONGEST_PAUSE = 5000;

class Live extends EventTarget {
  /** connecting, live, lost or asleep. */
  state = 'asleep';
  #source = null;
  #timer = 0;
  #failures = 0;

  constructor() {
    super();
    document.addEventListener('visibilitychange', () => (document.hidden ? this.#sleep() : this.start()));
    window.addEventListener('offline', () => this.lose());
    window.addEventListener('online', () => this.#connect());
  }

  start() {
    if (!this.#source && !document.hidden && session.isIn) this.#connect();
  }

  stop() {
    this.#sleep();
  }

  /** Somebody's call has not been answered: the stream is dead, too, whether it knows or not. */
  lose() {
    this.#close();
    if (document.hidden || !session.isIn) return;
    this.#become('lost');
    this.#failures++;
    this.#timer = setTimeout(() => this.#again(), Math.min(1000 * this.#failures, LONGEST_PAUSE));
  }

  async #again() {
    try {
      // A stream that is refused does not say why: perhaps the token is no longer good.
      await session.look();
    } catch {
      this.lose();
      return;
    }
    if (session.isIn) this.#connect();
  }

  #connect() {
    this.#close();
    if (this.state !== 'lost') this.#become('connecting');
    const source = new EventSource('/event');
    this.#source = source;
    source.onopen = () => {
      this.#failures = 0;
      this.#become('live');
      this.dispatchEvent(new Event('begin'));
    };
    source.onerror = () => {
      if (source === this.#source) this.lose();
    };
    for (const type of TYPES) {
      source.addEventListener(type, (event) =>
        this.dispatchEvent(new CustomEvent('job', { detail: { type, ...JSON.parse(event.data) } })),
      );
    }
  }

  #sleep() {
    this.#close();
    this.#become('asleep');
  }

  #close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event('connection'));
  }
}

export const live = new Live();
