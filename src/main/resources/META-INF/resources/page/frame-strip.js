/**
 * Every frame of a job as a cell: what is there, what renders, what is missing. It is a slider as well: it says and
 * chooses which frame is looked at. Drawn on a canvas, so that ten thousand cells cost as much as ten.
 */
import { LitElement, html, css } from 'lit';
import { place } from './frames.js';

const HEIGHT = 34;
const COLOURS = {
  done: '--completed-fill',
  now: '--running-fill',
  waiting: '--queued-fill',
  held: '--queued-fill',
  missing: '--queued-fill',
  lost: '--failed-fill',
};
const WORDS = { done: 'finished', now: 'rendering now', waiting: 'waiting', held: 'paused', missing: 'missing', lost: 'failed' };
/** Where many frames share a line, the one that most calls for attention is shown. */
const LOUDEST = ['lost', 'now', 'missing', 'waiting', 'held', 'done'];
const DARK = matchMedia('(prefers-color-scheme: light)');

class FrameStrip extends LitElement {
  static properties = { model: { attribute: false }, revision: { attribute: false }, current: { type: Number } };
  static styles = css`
    :host { display: block; position: relative; height: ${HEIGHT}px; cursor: pointer; touch-action: pan-y; border-radius: 3px; }
    :host(:focus-visible) { outline: 2px solid var(--focus); outline-offset: 4px; }
    canvas { position: absolute; inset: 0; width: 100%; height: 100%; display: block; }
    .marks i { position: absolute; top: 0; bottom: 0; min-width: 3px; border-radius: 2px; background: var(--running-fill); animation: glow 1.2s ease-in-out infinite alternate; }
    .here { position: absolute; top: -5px; bottom: -5px; border: 2px solid var(--text); border-radius: 4px; pointer-events: none; box-sizing: border-box; }
    .tip { position: absolute; bottom: calc(100% + 8px); transform: translateX(-50%); padding: 3px 8px; border-radius: 4px; background: var(--text); color: var(--ground); font: 500 var(--text-1) var(--sans); white-space: nowrap; pointer-events: none; }
    @keyframes glow { to { opacity: 0.35; } }
    @media (prefers-reduced-motion: reduce) { i { animation: none !important; } }
  `;
  #resize = new ResizeObserver(() => this.#draw());
  #theme = () => this.#draw();

  connectedCallback() {
    super.connectedCallback();
    this.tabIndex = 0;
    this.setAttribute('role', 'slider');
    this.setAttribute('aria-label', 'Frame');
    this.#resize.observe(this);
    DARK.addEventListener('change', this.#theme);
    this.addEventListener('pointerdown', this.#point);
    this.addEventListener('pointermove', this.#point);
    this.addEventListener('pointerleave', this.#leave);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#resize.disconnect();
    DARK.removeEventListener('change', this.#theme);
  }

  #leave = () => (this.renderRoot.querySelector('.tip').hidden = true);

  #point = (event) => {
    const numbers = this.model.numbers;
    const box = this.getBoundingClientRect();
    const at = Math.min(numbers.length - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * numbers.length)));
    const state = this.model.at(at, new Set(this.model.rendering));
    const tip = this.renderRoot.querySelector('.tip');
    tip.hidden = false;
    tip.textContent = `${numbers[at]} · ${WORDS[state]}`;
    tip.style.left = `${Math.min(box.width - 60, Math.max(60, ((at + 0.5) / numbers.length) * box.width))}px`;
    if (event.buttons & 1 && this.model.frames.has(numbers[at])) {
      this.dispatchEvent(new CustomEvent('choose', { detail: numbers[at], bubbles: true, composed: true }));
    }
  };

  updated() {
    const { numbers, frames } = this.model;
    this.setAttribute('aria-valuemin', String(numbers[0] ?? 0));
    this.setAttribute('aria-valuemax', String(numbers.at(-1) ?? 0));
    this.setAttribute('aria-valuenow', String(this.current ?? numbers[0] ?? 0));
    this.setAttribute('aria-valuetext', this.current == null ? `${frames.size} of ${numbers.length} frames finished` : `frame ${this.current}, ${frames.size} of ${numbers.length} finished`);
    this.#draw();
  }

  #draw() {
    const canvas = this.renderRoot?.querySelector('canvas');
    const width = this.clientWidth;
    if (!canvas || !width || !this.model) return;
    const scale = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
    if (canvas.height !== Math.round(HEIGHT * scale)) canvas.height = Math.round(HEIGHT * scale);
    const pen = canvas.getContext('2d');
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, HEIGHT);
    const style = getComputedStyle(this);
    const colours = Object.fromEntries(Object.entries(COLOURS).map(([state, name]) => [state, style.getPropertyValue(name)]));
    const now = new Set(this.model.rendering);
    const total = this.model.numbers.length;
    const cell = width / total;
    if (cell >= 3) this.#cells(pen, cell, colours, now);
    else this.#lines(pen, width, colours, now);
    this.#mark(cell, now);
  }

  #cells(pen, cell, colours, now) {
    const gap = cell >= 6 ? 2 : 1;
    for (let at = 0; at < this.model.numbers.length; at++) {
      const state = this.model.at(at, now);
      pen.fillStyle = colours[state];
      pen.strokeStyle = colours[state];
      const left = at * cell;
      pen.beginPath();
      pen.roundRect(left, 0, cell - gap, HEIGHT, Math.min(3, cell / 4));
      pen.fill();
      // Not by colour alone: what failed has a notch, what is missing a hole.
      if (state === 'lost' && cell >= 5) pen.clearRect(left, HEIGHT / 2 - 1.5, cell - gap, 3);
      if (state === 'missing' && cell >= 5) pen.clearRect(left + 1.5, 1.5, cell - gap - 3, HEIGHT - 3);
    }
  }

  #lines(pen, width, colours, now) {
    const total = this.model.numbers.length;
    for (let x = 0; x < width; x++) {
      const from = Math.floor((x / width) * total);
      const to = Math.max(from + 1, Math.floor(((x + 1) / width) * total));
      let loudest = LOUDEST.length - 1;
      for (let at = from; at < to && loudest > 0; at++) loudest = Math.min(loudest, LOUDEST.indexOf(this.model.at(at, now)));
      pen.fillStyle = colours[LOUDEST[loudest]];
      pen.fillRect(x, 0, 1.05, HEIGHT);
    }
  }

  #mark(cell, now) {
    const gap = cell >= 6 ? 2 : cell >= 3 ? 1 : 0;
    const marks = this.renderRoot.querySelector('.marks');
    const wanted = [...now].slice(0, 64).map((number) => place(this.model.numbers, number));
    while (marks.children.length > wanted.length) marks.lastChild.remove();
    while (marks.children.length < wanted.length) marks.append(document.createElement('i'));
    wanted.forEach((at, i) => {
      marks.children[i].style.left = `${at * cell}px`;
      marks.children[i].style.width = `${cell - gap}px`;
    });
    const here = this.renderRoot.querySelector('.here');
    here.hidden = this.current == null;
    if (this.current == null) return;
    const side = Math.max(7, cell - gap + 4);
    here.style.left = `${(place(this.model.numbers, this.current) + 0.5) * cell - gap / 2 - side / 2}px`;
    here.style.width = `${side}px`;
  }

  render() {
    return html`<canvas aria-hidden="true"></canvas><div class="marks"></div><div class="here" hidden></div><div class="tip" hidden></div>`;
  }
}
customElements.define('frame-strip', FrameStrip);
