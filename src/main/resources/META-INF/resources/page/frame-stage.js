/** A frame, large. While a job renders it shows the newest, until somebody chooses another; it plays what is there. */
import { LitElement, html, css, nothing } from 'lit';
import { base } from './styles.js';
import { address, picture, prepare } from './pictures.js';
import { Listening } from './listening.js';
import { live } from './live.js';
import { duration, hasEnded } from './words.js';
import './film-strip.js';
import './frame-strip.js';

const AHEAD = 10;
const SPEEDS = [6, 12, 24, 25, 30];

class FrameStage extends LitElement {
  static properties = { model: { attribute: false }, revision: { attribute: false }, current: { state: true }, follows: { state: true }, playing: { state: true }, trouble: { state: true } };
  static styles = [
    base,
    css`
      :host { outline: none; }
      figure { position: relative; background: var(--stage); border-radius: 10px 10px 0 0; aspect-ratio: 16 / 9; max-height: min(55vh, 720px); width: 100%; overflow: hidden; }
      figure.none { aspect-ratio: auto; height: 132px; border-radius: 10px; }
      .picture, .picture img { position: absolute; inset: 0; width: 100%; height: 100%; }
      .picture img { object-fit: contain; }
      .empty { position: absolute; inset: 0; display: grid; place-content: center; text-align: center; color: #a9adb1; padding: var(--space-5); }
      .bar { display: flex; align-items: center; gap: var(--space-2); padding: var(--space-2) var(--space-3); background: var(--panel); border: 1px solid var(--line); border-top: 0; border-radius: 0 0 10px 10px; flex-wrap: wrap; }
      .bar button { min-width: 38px; padding: 8px 10px; }
      .bar svg { width: 16px; height: 16px; fill: currentColor; }
      .where { font-variant-numeric: tabular-nums; margin-left: var(--space-2); font-size: var(--text-2); }
      .where b { font-size: var(--text-4); font-weight: 580; margin-right: var(--space-2); }
      .more { margin-left: auto; display: flex; align-items: center; gap: var(--space-2); }
      select { width: auto; min-height: 36px; font-size: var(--text-2); padding-block: 4px; }
      .follow[aria-pressed=true] { color: var(--running); border-color: var(--running); }
      frame-strip { margin: var(--space-5) 0 var(--space-4); }
      @media (max-width: 460px) { #speed { display: none; } }
      @media (max-width: 760px) { figure, figure.none { border-radius: 0; margin-inline: calc(-1 * var(--space-4)); width: auto; } .bar { border-radius: 0; margin-inline: calc(-1 * var(--space-4)); border-inline: 0; } .keys { display: none; } }
    `,
  ];
  #beat = 0;
  #speed = 24;
  #url = '';

  constructor() {
    super();
    this.follows = true;
    this.current = null;
    this.playing = false;
    new Listening(this, [[live, 'begin', () => this.#again()]]);
    this.addEventListener('choose', (event) => this.choose(event.detail));
    this.addEventListener('keydown', (event) => this.keys(event));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
  }

  willUpdate() {
    if (this.follows && !this.playing && this.model.newest != null) this.current = this.model.newest;
  }

  updated() {
    if (!this.playing && this.current != null) this.#show(this.current);
  }

  choose(number) {
    this.#stop();
    this.follows = false;
    this.current = number;
  }

  /** Space plays, arrows step, Home and End go to the ends; whether the key was one of them. */
  keys(event) {
    const path = event.composedPath()[0];
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(path.tagName)) return;
    const done = this.model.doneNumbers;
    const steps = { ArrowLeft: () => this.#go(-1), ArrowRight: () => this.#go(1), Home: () => this.choose(done[0]), End: () => this.choose(done.at(-1)) };
    const isButton = path.tagName === 'BUTTON' || path.tagName === 'A';
    if (event.key === ' ' && !isButton) steps[' '] = () => this.toggle();
    if (!steps[event.key] || done.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    steps[event.key]();
  }

  #go(by) {
    const next = this.model.step(this.current, by);
    if (next != null) this.choose(next);
  }

  toggle() {
    if (this.playing) {
      this.#stop();
      return;
    }
    if (this.model.frames.size < 2) return;
    this.follows = false;
    this.playing = true;
    this.#play();
  }

  #stop() {
    clearTimeout(this.#beat);
    this.playing = false;
  }

  /** The next frame at its time, or as soon as it is there. */
  async #play() {
    const due = performance.now() + 1000 / this.#speed;
    const next = this.model.step(this.current, 1);
    // The farthest first: what is asked for last comes first.
    for (let i = AHEAD; i > 0; i--) prepare(this.#address(this.model.step(next, i)));
    await this.#show(next);
    if (!this.playing) return;
    this.current = next;
    this.#beat = setTimeout(() => this.playing && this.#play(), Math.max(0, due - performance.now()));
  }

  #address(number) {
    const pixels = Math.min(1280, this.clientWidth * Math.min(2, devicePixelRatio));
    return address(this.model.job.id, number, pixels, this.model.frames.get(number)?.storedAt);
  }

  async #show(number) {
    const url = this.#address(number);
    if (url === this.#url) return;
    this.#url = url;
    try {
      const image = await picture(url, true);
      if (url !== this.#url) return;
      image.alt = `Frame ${number}`;
      this.renderRoot.querySelector('.picture').replaceChildren(image);
      this.trouble = '';
    } catch {
      if (url !== this.#url) return;
      this.renderRoot.querySelector('.picture').replaceChildren();
      this.trouble = `No picture of frame ${number} can be shown: its file may have been replaced or removed since.`;
    }
  }

  /** What could not be had is asked for again when the node is back. */
  #again() {
    if (!this.trouble || this.current == null) return;
    this.#url = '';
    this.#show(this.current);
  }

  #icon(path) {
    return html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d=${path} /></svg>`;
  }

  render() {
    const { job, frames } = this.model;
    const frame = frames.get(this.current);
    const ended = hasEnded(job);
    const few = frames.size < 2;
    const none = frames.size === 0 && job.state !== 'running';
    return html`
      <figure aria-label="The frame, large" class=${none ? 'none' : ''}>
        <div class="picture"></div>
        ${frames.size === 0
          ? html`<p class="empty">${ended ? 'No frame was finished.' : job.state === 'queued' ? 'It waits for its turn.' : 'The first frame is on its way.'}</p>`
          : this.trouble
            ? html`<p class="empty">${this.trouble}</p>`
            : nothing}
      </figure>
      <div class="bar" role="group" ?hidden=${none} aria-label="Play">
        <button aria-label="Previous frame" ?disabled=${few} @click=${() => this.#go(-1)}>${this.#icon('M11 2v12L4 8zM3 2h1.6v12H3z')}</button>
        <button class="play" aria-label=${this.playing ? 'Stop' : 'Play'} ?disabled=${few} @click=${() => this.toggle()}>
          ${this.playing ? this.#icon('M3.5 2.5h3.4v11H3.5zM9.1 2.5h3.4v11H9.1z') : this.#icon('M4 2v12l9.5-6z')}
        </button>
        <button aria-label="Next frame" ?disabled=${few} @click=${() => this.#go(1)}>${this.#icon('M5 2v12l7-6zM11.4 2H13v12h-1.6z')}</button>
        <span class="where">${this.current == null ? '' : html`<b>${this.current}</b>`}${frame?.seconds ? html`<span class="soft">${duration(frame.seconds)}</span>` : nothing}</span>
        <span class="more">
          ${ended ? nothing : html`<button class="follow" aria-pressed=${this.follows} @click=${() => (this.#stop(), (this.follows = !this.follows))}>Newest frame</button>`}
          <label class="unseen" for="speed">Speed</label>
          <select id="speed" @change=${(event) => (this.#speed = Number(event.target.value))}>
            ${SPEEDS.map((speed) => html`<option value=${speed} ?selected=${speed === this.#speed}>${speed} fps</option>`)}
          </select>
        </span>
      </div>
      <frame-strip .model=${this.model} .revision=${this.revision} .current=${this.current}></frame-strip>
      <film-strip ?hidden=${none} .model=${this.model} .revision=${this.revision} .current=${this.current}></film-strip>
      <p class="hint keys" ?hidden=${few}>Space plays, the arrows step.</p>
    `;
  }
}
customElements.define('frame-stage', FrameStage);
