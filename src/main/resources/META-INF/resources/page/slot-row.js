/** A node's slots: a cell each, alight where a Blender is at work. */
import { LitElement, html, css, nothing } from 'lit';

const MOST = 24;

class SlotRow extends LitElement {
  static properties = { slots: { type: Number }, busy: { type: Number } };
  static styles = css`
    :host { display: inline-flex; gap: 3px; }
    i { width: 9px; height: 16px; border-radius: 2px; background: var(--queued-fill); transition: background 0.4s; }
    i.busy { background: var(--running-fill); }
  `;

  render() {
    if (this.slots > MOST) return nothing;
    return Array.from({ length: this.slots }, (unused, at) => html`<i class=${at < this.busy ? 'busy' : ''} aria-hidden="true"></i>`);
  }
}
customElements.define('slot-row', SlotRow);
