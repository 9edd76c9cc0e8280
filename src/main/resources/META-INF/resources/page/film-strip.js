/** A job's frames as small pictures in a row. Only those in sight are there, however many the job has. */
import { LitElement, html, css } from 'lit';
import { place } from './frames.js';
import './frame-thumb.js';

const STEP = 132;
const BESIDE = 3;

class FilmStrip extends LitElement {
  static properties = { model: { attribute: false }, revision: { attribute: false }, current: { type: Number } };
  static styles = css`
    :host { display: block; }
    :host([hidden]) { display: none; }
    .window { overflow-x: auto; overflow-y: hidden; height: 98px; position: relative; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
    .film { position: relative; height: 84px; }
    button { position: absolute; top: 4px; width: ${STEP - 8}px; padding: 0; border: 0; background: none; color: var(--soft); font: 500 var(--text-1) var(--sans); cursor: pointer; text-align: left; font-variant-numeric: tabular-nums; }
    button:disabled { cursor: default; }
    frame-thumb { outline: 2px solid transparent; outline-offset: 1px; }
    button[aria-current=true] frame-thumb { outline-color: var(--text); }
    button[aria-current=true] { color: var(--text); }
    button:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; border-radius: 4px; }
    .waiting frame-thumb, .held frame-thumb, .missing frame-thumb { background: transparent; box-shadow: inset 0 0 0 1px var(--line); }
    .lost frame-thumb { background: repeating-linear-gradient(135deg, var(--failed-fill) 0 1px, transparent 1px 7px); box-shadow: inset 0 0 0 1px var(--failed-fill); }
    .now frame-thumb { background: transparent; box-shadow: inset 0 0 0 1.5px var(--running-fill); animation: glow 1.2s ease-in-out infinite alternate; }
    .now span { color: var(--running); }
    .lost span { color: var(--failed); }
    span { display: block; margin-top: 1px; }
    @keyframes glow { from { background: color-mix(in srgb, var(--running-fill) 22%, transparent); } }
    @media (prefers-reduced-motion: reduce) { .now frame-thumb { animation: none; } }
  `;
  #resize = new ResizeObserver(() => this.requestUpdate());
  #shown = null;

  connectedCallback() {
    super.connectedCallback();
    this.#resize.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#resize.disconnect();
  }

  updated() {
    this.renderRoot.querySelector('.film').style.width = `${this.model.numbers.length * STEP}px`;
    this.renderRoot.querySelectorAll('button').forEach((cell) => (cell.style.left = `${cell.dataset.at * STEP + 4}px`));
    if (this.current === this.#shown || this.current == null) return;
    this.#shown = this.current;
    const view = this.renderRoot.querySelector('.window');
    const left = place(this.model.numbers, this.current) * STEP;
    if (left < view.scrollLeft || left + STEP > view.scrollLeft + view.clientWidth) {
      view.scrollLeft = left - view.clientWidth / 2 + STEP / 2;
      this.requestUpdate();
    }
  }

  #choose(number) {
    this.dispatchEvent(new CustomEvent('choose', { detail: number, bubbles: true, composed: true }));
  }

  #cell(at, now) {
    const number = this.model.numbers[at];
    const state = this.model.at(at, now);
    const done = state === 'done';
    const word = done ? '' : { now: ' renders', lost: ' failed', missing: ' missing' }[state] ?? '';
    return html`<button class=${state} data-at=${at} ?disabled=${!done} tabindex="-1" aria-label="Frame ${number}${word}"
      aria-current=${number === this.current ? 'true' : 'false'} ?data-here=${number === this.current} @click=${() => this.#choose(number)}>
      <frame-thumb .job=${done ? this.model.job.id : 0} .number=${number} .size=${124} .version=${this.model.frames.get(number)?.storedAt ?? ''}></frame-thumb>
      <span>${number}${word}</span>
    </button>`;
  }

  render() {
    const view = this.renderRoot.querySelector('.window');
    const from = Math.max(0, Math.floor((view?.scrollLeft ?? 0) / STEP) - BESIDE);
    const to = Math.min(this.model.numbers.length, from + Math.ceil((view?.clientWidth || 1400) / STEP) + 2 * BESIDE);
    const now = new Set(this.model.rendering);
    const places = Array.from({ length: Math.max(0, to - from) }, (unused, i) => from + i);
    return html`<div class="window" role="group" aria-label="Frames, as small pictures" tabindex="-1" @scroll=${() => this.requestUpdate()}>
      <div class="film">${places.map((at) => this.#cell(at, now))}</div>
    </div>`;
  }
}
customElements.define('film-strip', FilmStrip);
