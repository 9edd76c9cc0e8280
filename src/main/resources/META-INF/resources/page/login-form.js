/** Turns a token into a cookie, once. */
import { LitElement, html, css, nothing } from 'lit';
import { base } from './styles.js';
import { session } from './session.js';

class LoginForm extends LitElement {
  static properties = { problem: { state: true }, busy: { state: true } };
  static styles = [
    base,
    css`
      :host { max-width: 25rem; margin: 14vh auto 0; padding: 0 var(--space-4); }
      img { width: 40px; height: 40px; margin-bottom: var(--space-4); display: block; }
      form { display: grid; gap: var(--space-4); margin-top: var(--space-5); }
      .error { font-size: var(--text-2); }
    `,
  ];

  async #login(event) {
    event.preventDefault();
    const field = this.renderRoot.querySelector('#token');
    this.busy = true;
    this.problem = null;
    try {
      await session.login(field.value.trim());
    } catch (problem) {
      this.problem = problem;
      await this.updateComplete;
      field.select();
    }
    this.busy = false;
  }

  render() {
    return html`<main>
      <img src="/page/icon.svg" alt="" />
      <h1>render-node</h1>
      <p class="soft">This node asks who you are.</p>
      <form @submit=${this.#login}>
        <input type="text" name="username" autocomplete="username" value="render-node" hidden />
        <div>
          <label for="token">Your token</label>
          <input id="token" type="password" autocomplete="current-password" spellcheck="false" required autofocus
            aria-describedby="about" aria-invalid=${this.problem ? 'true' : 'false'} />
          <p class="hint" id="about">This browser gets a cookie for it; the page keeps no copy.</p>
        </div>
        ${this.problem ? html`<p class="error" role="alert">${this.problem.words}</p>` : nothing}
        <button class="primary" ?disabled=${this.busy}>${this.busy ? 'Asking…' : 'Log in'}</button>
      </form>
    </main>`;
  }
}
customElements.define('login-form', LoginForm);
