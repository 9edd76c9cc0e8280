/** Short words about what has just happened, seen for a while and read out. */
import { LitElement, html, css } from 'lit';
import { base } from './styles.js';

const SHOWN_FOR = 7000;
let stand = null;

/** Says it. An error stays until it is taken away. */
export function tell(text, kind = 'plain') {
  stand?.add(text, kind);
}

/** Says what went wrong. */
export const complain = (failure) => tell(failure.words ?? failure.message, 'error');

class NoticeStand extends LitElement {
  static properties = { notices: { state: true } };
  static styles = [
    base,
    css`
      :host { position: fixed; z-index: 40; right: var(--space-4); bottom: var(--space-4); left: var(--space-4); pointer-events: none; }
      li {
        pointer-events: auto; display: flex; gap: var(--space-3); align-items: start; width: fit-content; max-width: min(30rem, 100%);
        margin: var(--space-2) 0 0 auto; padding: var(--space-3) var(--space-2) var(--space-3) var(--space-4);
        background: var(--raised); border: 1px solid var(--line); border-left: 3px solid var(--completed-fill);
        border-radius: var(--round); box-shadow: var(--shadow); font-size: var(--text-2);
      }
      li.error { border-left-color: var(--failed-fill); color: var(--text); }
      span { overflow-wrap: anywhere; padding-top: 2px; }
      button { min-height: 24px; padding: 2px 8px; }
    `,
  ];

  constructor() {
    super();
    this.notices = [];
    stand = this;
  }

  add(text, kind) {
    const notice = { text, kind };
    this.notices = [...this.notices.filter((other) => other.text !== text), notice].slice(-4);
    if (kind !== 'error') setTimeout(() => this.#remove(notice), SHOWN_FOR);
  }

  #remove(notice) {
    this.notices = this.notices.filter((other) => other !== notice);
  }

  render() {
    return html`<ul role="status" aria-live="polite">
      ${this.notices.map(
        (notice) => html`<li class=${notice.kind}>
          <span>${notice.text}</span>
          <button class="quiet" aria-label="Take this notice away" @click=${() => this.#remove(notice)}>✕</button>
        </li>`,
      )}
    </ul>`;
  }
}
customElements.define('notice-stand', NoticeStand);
