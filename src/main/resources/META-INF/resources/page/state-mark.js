/** A state: its colour, its shape and its word, so that none of them is needed alone. */
import { LitElement, html, svg, css } from 'lit';
import { base } from './styles.js';

const SHAPES = {
  queued: svg`<circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="1.6"/>`,
  running: svg`<circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="1.6" opacity=".4"/><path class="turns" d="M8 3a5 5 0 0 1 5 5" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"/>`,
  completed: svg`<circle cx="8" cy="8" r="5.8" fill="currentColor"/><path d="m5.4 8.2 1.8 1.8 3.4-3.8" fill="none" stroke="var(--ground)" stroke-width="1.6"/>`,
  failed: svg`<path d="M8 1.6 14.4 8 8 14.4 1.6 8Z" fill="currentColor"/><path d="M8 5v3.6M8 10.2v1.2" stroke="var(--ground)" stroke-width="1.6"/>`,
  canceled: svg`<circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="m4.6 11.4 6.8-6.8" stroke="currentColor" stroke-width="1.6"/>`,
  paused: svg`<path d="M5.5 3.5v9M10.5 3.5v9" stroke="currentColor" stroke-width="2.6"/>`,
};

class StateMark extends LitElement {
  static properties = { state: { reflect: true } };
  static styles = [
    base,
    css`
      :host { display: inline-flex; align-items: center; gap: 6px; font-size: var(--text-2); font-weight: 560; white-space: nowrap; }
      :host([state=queued]) { color: var(--queued); }
      :host([state=running]) { color: var(--running); }
      :host([state=completed]) { color: var(--completed); }
      :host([state=failed]) { color: var(--failed); }
      :host([state=canceled]) { color: var(--canceled); }
      :host([state=paused]) { color: var(--paused); }
      svg { width: 16px; height: 16px; flex: none; }
      .turns { transform-origin: 8px 8px; animation: turn 1.6s linear infinite; }
      @keyframes turn { to { transform: rotate(1turn); } }
    `,
  ];

  render() {
    return html`<svg viewBox="0 0 16 16" aria-hidden="true">${SHAPES[this.state]}</svg><span>${this.state}</span>`;
  }
}
customElements.define('state-mark', StateMark);
