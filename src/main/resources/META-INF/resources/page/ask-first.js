/** Asks before something that cannot be taken back. */
import { LitElement, html, css } from 'lit';
import { base } from './styles.js';

let asker = null;

/** Whether the person wants it. */
export const ask = (question) => asker.ask(question);

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

  constructor() {
    super();
    this.question = { title: '', text: '', yes: '', no: '' };
    asker = this;
  }

  async ask(question) {
    this.question = question;
    await this.updateComplete;
    const dialog = this.renderRoot.querySelector('dialog');
    dialog.returnValue = '';
    dialog.showModal();
    return new Promise((done) => dialog.addEventListener('close', () => done(dialog.returnValue === 'yes'), { once: true }));
  }

  #answer(value) {
    this.renderRoot.querySelector('dialog').close(value);
  }

  render() {
    const { title, text, yes, no = 'Leave it', danger = false } = this.question;
    return html`<dialog aria-labelledby="title">
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
