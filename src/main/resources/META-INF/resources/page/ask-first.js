/** Asks before something that cannot be taken back. */
import { LitElement, html, css } from 'lit';
import { base } from './styles.js';

let asker = null;

/**
 * Whether the person wants it. There is one question at a time: another takes its place, and it is answered with no.
 *
 * @param {AbortSignal} [signal] takes the question back, which is a no as well
 */
export const ask = (question, signal) => asker.ask(question, signal);

class AskFirst extends LitElement {
  static properties = { question: { state: true } };
  static styles = [
    base,
    css`
      dialog {
        max-width: min(28rem, calc(100vw - 32px)); padding: var(--space-5); color: var(--text); background: var(--raised);
        border: 1px solid var(--line); border-radius: 10px; box-shadow: var(--shadow);
      }
      dialog::backdrop { background: rgb(0 0 0 / 55%); }
      h1 { font-size: var(--text-4); margin-bottom: var(--space-2); }
      .answers { display: flex; justify-content: flex-end; gap: var(--space-2); margin-top: var(--space-5); }
    `,
  ];
  #done = null;

  constructor() {
    super();
    this.question = { title: '', text: '', yes: '', no: '' };
    asker = this;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#settle(false);
  }

  ask(question, signal) {
    if (signal?.aborted) return Promise.resolve(false);
    this.#settle(false);
    return new Promise((done) => {
      this.#done = done;
      signal?.addEventListener('abort', () => this.#done === done && this.#take(), { once: true });
      this.#show(question, done);
    });
  }

  async #show(question, done) {
    this.question = question;
    await this.updateComplete;
    if (this.#done !== done) return;
    const dialog = this.renderRoot.querySelector('dialog');
    dialog.returnValue = '';
    if (!dialog.open) dialog.showModal();
    dialog.querySelector('[autofocus]').focus();
  }

  #take() {
    this.#settle(false);
    this.#answer('');
  }

  #settle(sure) {
    const done = this.#done;
    this.#done = null;
    done?.(sure);
  }

  #answer(value) {
    this.renderRoot.querySelector('dialog').close(value);
  }

  /** A browser tells of it later: by then the next question may be open. */
  #closed(event) {
    if (!event.target.open) this.#settle(event.target.returnValue === 'yes');
  }

  render() {
    const { title, text, yes, no = 'Leave it', danger = false } = this.question;
    return html`<dialog aria-labelledby="title" @close=${this.#closed}>
      <h1 id="title">${title}</h1>
      <p class="soft">${text}</p>
      <div class="answers">
        <button autofocus @click=${() => this.#answer('')}>${no}</button>
        <button class="primary ${danger ? 'danger' : ''}" @click=${() => this.#answer('yes')}>${yes}</button>
      </div>
    </dialog>`;
  }
}
customElements.define('ask-first', AskFirst);
