/** The nodes that live, and what each renders, asked for every few seconds while the page is looked at. */
import { get } from './api.js';
import { live } from './live.js';
import { session } from './session.js';

const PERIOD = 3000;

class Fleet extends EventTarget {
  self = null;
  nodes = [];
  /** Why the fleet is not known, or null. */
  problem = null;
  #timer = 0;

  constructor() {
    super();
    live.addEventListener('begin', () => this.look());
    live.addEventListener('connection', () => {
      if (live.state === 'asleep') clearTimeout(this.#timer);
    });
  }

  /** What of a job is being rendered: [{ node, frame }]. */
  rendering(job) {
    return this.nodes.flatMap((node) =>
      node.rendering.filter((task) => task.job === job).map((task) => ({ node: node.name, frame: task.frame })),
    );
  }

  async look() {
    clearTimeout(this.#timer);
    try {
      [this.self, this.nodes] = await Promise.all([
        get('/node', { patience: 8000 }),
        get('/node?all=true', { patience: 8000 }),
      ]);
      this.problem = null;
    } catch (problem) {
      this.problem = problem;
      if (problem.status === 0 && live.state === 'live') live.lose();
    }
    this.dispatchEvent(new Event('change'));
    clearTimeout(this.#timer);
    if (live.state === 'live' && session.isIn) this.#timer = setTimeout(() => this.look(), this.problem ? 3 * PERIOD : PERIOD);
  }
}

export const fleet = new Fleet();
