/** Asks the node for a movie of the frames, waits while it is made, and fetches it. */
import { LitElement, html, css } from 'lit';
import { base } from './styles.js';
import { call, pause } from './api.js';
import { complain } from './notices.js';

class MovieButton extends LitElement {
  static properties = { job: { type: Number }, disabled: { type: Boolean }, progress: { state: true } };
  static styles = [base, css`:host { display: inline-block; }`];
  #gone = false;

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#gone = true;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#gone = false;
  }

  async #make() {
    const path = `/job/${this.job}/movie.mp4`;
    this.progress = 0;
    try {
      for (;;) {
        const stop = new AbortController();
        const answer = await call('GET', path, { signal: stop.signal, headers: { Accept: 'video/mp4, application/json' }, patience: 60000 });
        if (answer.status !== 202) {
          // It is there: the browser's own download takes it, not this page's memory.
          stop.abort();
          break;
        }
        this.progress = (await answer.json()).progress ?? 0;
        await pause(1000 * (Number(answer.headers.get('Retry-After')) || 1));
        if (this.#gone) return;
      }
      const link = document.createElement('a');
      link.href = path;
      link.download = '';
      link.click();
    } catch (problem) {
      complain(problem);
    }
    this.progress = undefined;
  }

  render() {
    const busy = this.progress !== undefined;
    return html`<button ?disabled=${busy || this.disabled} @click=${this.#make}>
      ${busy ? html`<span role="status">Movie, ${Math.round(this.progress * 100)} %</span>` : 'Movie'}
    </button>`;
  }
}
customElements.define('movie-button', MovieButton);
