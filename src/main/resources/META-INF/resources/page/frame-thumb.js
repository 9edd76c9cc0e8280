/** A small picture of a frame, asked for when it comes into view. */
import { LitElement, html, css } from 'lit';
import { Listening } from './listening.js';
import { live } from './live.js';
import { address, picture } from './pictures.js';

const seen = new IntersectionObserver(
  (entries) => entries.forEach((entry) => entry.isIntersecting && entry.target.show()),
  { rootMargin: '200px' },
);

class FrameThumb extends LitElement {
  static properties = { job: { type: Number }, number: { type: Number }, version: {}, size: { type: Number }, steady: { type: Boolean } };
  static styles = css`
    :host { display: block; position: relative; aspect-ratio: 16 / 9; background: var(--stage); border-radius: 4px; overflow: hidden; }
    .picture, .picture img { position: absolute; inset: 0; width: 100%; height: 100%; }
    :host([empty]) { background: none; box-shadow: inset 0 0 0 1px var(--line); }
    img { object-fit: contain; display: block; }
  `;
  #wanted = '';
  #of = 0;
  #visible = false;

  constructor() {
    super();
    this.size = 192;
    this.version = '';
    // What could not be had is asked for again when the node is back.
    new Listening(this, [[live, 'begin', () => this.#visible && this.#load()]]);
  }

  connectedCallback() {
    super.connectedCallback();
    seen.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    seen.unobserve(this);
    this.#visible = false;
  }

  show() {
    this.#visible = true;
    this.#load();
  }

  updated() {
    this.toggleAttribute('empty', !this.job || this.number == null);
    if (this.#visible) this.#load();
    else if (this.#address() !== this.#wanted) this.#clear();
  }

  #address() {
    return this.job && this.number != null ? address(this.job, this.number, this.size * Math.min(2, devicePixelRatio), this.version) : '';
  }

  #clear() {
    this.#wanted = '';
    this.renderRoot.querySelector('.picture').replaceChildren();
  }

  async #load() {
    const url = this.#address();
    if (url === this.#wanted) return;
    // Another frame must not look like the one before; the newest of a job takes the place of the last without a gap.
    if (!url || !this.steady || this.job !== this.#of) this.#clear();
    if (!url) return;
    this.#wanted = url;
    this.#of = this.job;
    try {
      const image = await picture(url);
      if (url === this.#wanted) this.renderRoot.querySelector('.picture').replaceChildren(image);
    } catch {
      // The dark rectangle stays: the file was replaced or removed since, or its turn never came.
      if (url === this.#wanted) this.#clear();
    }
  }

  render() {
    return html`<div class="picture" aria-hidden="true"></div><slot></slot>`;
  }
}
customElements.define('frame-thumb', FrameThumb);
