/** Who looks at the page, and what they may do. */
import { call, Problem } from './api.js';

const RANK = { read: 1, render: 2, operate: 3 };

class Session extends EventTarget {
  /** Whether the node asks for tokens; undefined until it has said so. */
  asked;
  name = null;
  role = null;

  get isIn() {
    return this.role !== null;
  }

  may(role) {
    return (RANK[this.role] ?? 0) >= RANK[role];
  }

  /** Whether the job is this person's to change. */
  mayChange(job) {
    return this.may('operate') || (this.may('render') && job.owner != null && job.owner === this.name);
  }

  /** Asks the node who this is. */
  async look() {
    const who = await (await call('GET', '/login')).json();
    this.#take(who);
  }

  /** A cookie takes the token's place; the page does not keep it. */
  async login(token) {
    try {
      await call('POST', '/login', { headers: { Authorization: `Bearer ${token}` } });
    } catch (problem) {
      throw problem.status === 401
        ? new Problem(0, 'The node does not know that token. Ask whoever runs the node for one: it is a line of its RENDER_API_TOKEN_FILE.')
        : problem;
    }
    await this.look();
  }

  async logout() {
    await call('DELETE', '/login');
    await this.look();
  }

  #take(who) {
    const before = `${this.asked} ${this.name} ${this.role}`;
    this.asked = who.asked;
    this.name = who.name;
    this.role = who.role;
    if (before !== `${this.asked} ${this.name} ${this.role}`) this.dispatchEvent(new Event('change'));
  }
}

export const session = new Session();
