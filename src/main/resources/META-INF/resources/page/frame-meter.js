/** How many of a job's frames are there: a cell a frame where there is room for that, drawn by the style sheet alone. */
import { LitElement, css } from 'lit';

const MOST_CELLS = 90;

class FrameMeter extends LitElement {
  static properties = { done: { type: Number }, total: { type: Number }, progress: { type: Number }, state: { reflect: true } };
  static styles = css`
    :host {
      --fill: var(--completed-fill);
      display: block; height: 10px; border-radius: 2px; overflow: hidden; position: relative; background: var(--queued-fill);
    }
    :host([state=failed]) { background: repeating-linear-gradient(135deg, var(--failed-fill) 0 2px, transparent 2px 5px), var(--queued-fill); }
    :host([state=canceled]) { --fill: var(--canceled-fill); }
    :host::before { content: ""; position: absolute; inset: 0 auto 0 0; width: var(--done, 0%); background: var(--fill); }
    :host([state=running])::after {
      content: ""; position: absolute; inset: 0 auto 0 var(--done, 0%); width: var(--now, 1%); min-width: 4px;
      background: var(--running-fill); animation: glow 1.8s ease-in-out infinite alternate;
    }
    :host([state=paused])::after {
      content: ""; position: absolute; inset: 0 auto 0 var(--done, 0%); width: var(--now, 1%); min-width: 4px; background: var(--paused-fill);
    }
    :host { -webkit-mask: var(--cells, none); mask: var(--cells, none); }
    @keyframes glow { to { opacity: 0.45; } }
    @media (prefers-reduced-motion: reduce) { :host::after { animation: none !important; } }
  `;

  updated() {
    const total = Math.max(1, this.total);
    const cell = 100 / total;
    this.style.setProperty('--done', `${this.done * cell}%`);
    this.style.setProperty('--now', `${cell}%`);
    this.style.setProperty(
      '--cells',
      total > 1 && total <= MOST_CELLS
        ? `linear-gradient(90deg, #000 calc(100% - 2px), transparent 0) 0 0 / calc((100% + 2px) / ${total}) 100%`
        : 'none',
    );
    this.setAttribute('role', 'progressbar');
    this.setAttribute('aria-valuemin', '0');
    this.setAttribute('aria-valuemax', String(total));
    this.setAttribute('aria-valuenow', String(this.done));
    this.setAttribute('aria-label', `${this.done} of ${total} frames`);
  }
}
customElements.define('frame-meter', FrameMeter);
