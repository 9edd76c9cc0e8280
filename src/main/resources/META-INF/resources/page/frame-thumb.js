/** A small picture of a frame, asked for when it comes into view. */
import { LitElement, html, css } from 'lit';
import { address, picture } from './pictures.js';

const seen = new IntersectionObserver(
  (entries) => entries.forEach((entry) => entry.isIntersecting && entry.target.show()),
  { rootMargin: '200px' },
);

class FrameThumb extends LitElement {
  static properties = { job: { type: Number }, number: { type: Number }, version: {}, size: { type: Number } };
  static styles = css`
    :host { display: block; position: relative; aspect-ratio: 16 / 9; background: var(--stage); border-radius: 4px; overflow: hidden; }
    .picture, .picture img { position: absolute; inset: 0; width: 100%; height: 100%; }
    :host([empty]) { background: none; box-shadow: inset 0 0 0 1px var(--line); }
    img { object-fit: contain; display: block; }
  `;
  #wanted = '';
  #visible = false;

  constructor() {
    super();
    this.size = 192;
    this.version = '';
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
  }

  async #load() {
    if (!this.job || this.number == null) return;
    const url = address(this.job, this.number, this.size * Math.min(2, devicePixelRatio), this.version);
    if (url === this.#wanted) return;
    this.#wanted = url;
    try {
      const image = await picture(url);
      if (url === this.#wanted) this.renderRoot.querySelector('.picture').replaceChildren(image);
    } catch {
      // The dark rectangle stays: the file was replaced or removed since, or its turn never came.
      if (url === this.#wanted) this.#wanted = '';
    }
  }

  render() {
    return html`<div class="picture" aria-hidden="true"></div><slot></slot>`;
  }
}
customElements.define('frame-thumb', FrameThumb);
