/** Calls of the node. What goes wrong is a Problem, in words that say what to do. */
import { session } from './session.js';

const ADVICE = {
  0: 'The node does not answer. This page tries again by itself.',
  401: 'Log in with a token that the node knows.',
  413: 'It is larger than the node takes.',
  507: 'The disk of the node is full: make room there, then try again.',
};

export class Problem extends Error {
  constructor(status, title, retryAfter = 0) {
    super(title || ADVICE[status] || `The node answered ${status}.`);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** What went wrong, and what can be done. */
  get words() {
    const advice = this.status ? ADVICE[this.status] : '';
    const again = this.retryAfter ? ` Try again in ${this.retryAfter} s.` : '';
    const line = /[.!?]$/.test(this.message) ? this.message : `${this.message}.`;
    return `${line}${advice && advice !== this.message ? ` ${advice}` : ''}${again}`;
  }

  static async of(answer) {
    let line = '';
    try {
      line = (await answer.json()).title;
    } catch {
      // Something between here and the node has answered.
    }
    return new Problem(answer.status, line, Number(answer.headers.get('Retry-After')) || 0);
  }
}

const UNKNOWN = 'The node has not answered: perhaps it has done this, perhaps not. Look before you do it again.';

/**
 * The answer, if it is a good one.
 *
 * @param {object} options patience is in milliseconds, for the whole answer; with whole: false for its beginning
 */
export async function call(method, path, { json, headers, signal, patience = 20000, whole = true } = {}) {
  let answer;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), patience);
  try {
    answer = await fetch(path, {
      method,
      signal: signal ? AbortSignal.any([late.signal, signal]) : late.signal,
      headers: { Accept: 'application/json', ...(json === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      body: json === undefined ? undefined : JSON.stringify(json),
    });
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new Problem(0, method === 'GET' ? '' : UNKNOWN);
  }
  if (answer.ok) {
    if (!whole) clearTimeout(timer);
    return answer;
  }
  if (answer.status === 401 && path !== '/login') session.look().catch(() => {});
  throw await Problem.of(answer);
}

/** What a good answer says; one that breaks off is none. */
const read = (answer) =>
  answer.json().catch(() => {
    throw new Problem(0, '');
  });

export const get = async (path, options) => read(await call('GET', path, options));

/** A page of a list, and where the next is, or null. */
export async function page(path, options) {
  const answer = await call('GET', path, options);
  const next = /<([^>]+)>;\s*rel="next"/.exec(answer.headers.get('Link') ?? '');
  return { items: await read(answer), next: next ? next[1] : null };
}

/** Whether asking again is of no use: there is no such thing. */
export const isFinal = (problem) => problem.status === 400 || problem.status === 404;

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
