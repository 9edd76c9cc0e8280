/** Asks the node for a movie of the frames, waits while it is made, and saves it. */
import { LitElement, html, css } from 'lit';
import { base } from './styles.js';
import { call, pause, Problem } from './api.js';
import { complain } from './notices.js';

/** How long nothing of a movie may come, in milliseconds; how long it comes is no matter. */
const LONGEST_SILENCE = 60000;

class MovieButton extends LitElement {
  static properties = { job: { type: Number }, disabled: { type: Boolean }, progress: { state: true } };
  static styles = [base, css`:host { display: inline-block; }`];
  #stop = null;

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop?.abort();
  }

  async #make() {
    const { job } = this;
    const stop = (this.#stop = new AbortController());
    this.progress = 0;
    try {
      const movie = await this.#made(`/job/${job}/movie.mp4`, stop.signal);
      if (!stop.signal.aborted) save(movie, `job-${job}.mp4`);
    } catch (problem) {
      if (!stop.signal.aborted) complain(problem);
    }
    this.progress = undefined;
  }

  /** The first answer that has it is taken: asked again, the job may have more frames, or another node answer. */
  async #made(path, signal) {
    for (;;) {
      const silence = new AbortController();
      const answer = await call('GET', path, {
        signal: AbortSignal.any([signal, silence.signal]),
        headers: { Accept: 'video/mp4, application/json' },
        patience: LONGEST_SILENCE,
        whole: false,
      });
      if (answer.status !== 202) return received(answer, silence);
      this.progress = (await answer.json()).progress ?? 0;
      await pause(1000 * (Number(answer.headers.get('Retry-After')) || 1));
      signal.throwIfAborted();
    }
  }

  render() {
    const busy = this.progress !== undefined;
    return html`<button ?disabled=${busy || this.disabled} @click=${this.#make}>
      ${busy ? html`<span role="status">Movie, ${Math.round(this.progress * 100)} %</span>` : 'Movie'}
    </button>`;
  }
}

/** All of an answer, kept by the browser, which puts what is large on the disk. */
async function received(answer, silence) {
  let timer = 0;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), LONGEST_SILENCE);
  };
  const watch = new TransformStream({
    transform(chunk, out) {
      heard();
      out.enqueue(chunk);
    },
  });
  heard();
  try {
    return await new Response(answer.body.pipeThrough(watch), { headers: { 'Content-Type': 'video/mp4' } }).blob();
  } catch {
    throw new Problem(0, 'The movie broke off on its way: ask for it again.');
  } finally {
    clearTimeout(timer);
  }
}

function save(movie, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(movie);
  link.download = name;
  link.click();
  // The browser may ask where to before it reads.
  setTimeout(() => URL.revokeObjectURL(link.href), LONGEST_SILENCE);
}
customElements.define('movie-button', MovieButton);
