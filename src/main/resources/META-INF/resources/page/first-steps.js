/** What to do first, on a node that has nothing to show yet. */
import { LitElement, html, css, nothing } from 'lit';
import { base } from './styles.js';
import { call } from './api.js';
import { complain, tell } from './notices.js';
import { Once } from './once.js';
import { router } from './router.js';
import { session } from './session.js';

const DEMO = { from: 1, to: 5 };

class FirstSteps extends LitElement {
  static properties = { busy: { state: true } };
  static styles = [
    base,
    css`
      :host { max-width: 46rem; margin: 6vh auto 0; }
      .strip { display: grid; grid-template-columns: repeat(12, 1fr); gap: 3px; height: 64px; margin-bottom: var(--space-6); }
      .strip i { border: 1px solid var(--line); border-radius: 3px; }
      .strip i:nth-child(-n + 4) { background: var(--completed-fill); border-color: transparent; opacity: 0.85; }
      .strip i:nth-child(5) { background: var(--running-fill); border-color: transparent; animation: glow 1.8s ease-in-out infinite alternate; }
      @keyframes glow { to { opacity: 0.4; } }
      h1 { font-size: var(--text-6); margin-bottom: var(--space-2); }
      .ways { display: grid; gap: var(--space-3); grid-template-columns: 1fr 1fr; margin: var(--space-5) 0; }
      .ways > * { white-space: normal; display: flex; flex-direction: column; align-items: start; justify-content: start; text-align: left; padding: var(--space-4); border-radius: 8px; min-height: 0; }
      .ways b { display: block; font-size: var(--text-3); font-weight: 600; margin-bottom: 2px; }
      .ways span { font-weight: 400; line-height: 1.45; }
      .ways .primary span { color: inherit; opacity: 0.85; }
      .line { display: flex; align-items: center; gap: var(--space-3); margin-top: var(--space-2); background: var(--panel); border: 1px solid var(--line); border-radius: 8px;
        padding: var(--space-2) var(--space-2) var(--space-2) var(--space-4); }
      code { flex: 1; white-space: pre-wrap; overflow-wrap: anywhere; padding: var(--space-2) 0; font-size: var(--text-2); }
      @media (max-width: 640px) { .ways { grid-template-columns: 1fr; } h1 { font-size: var(--text-5); } .strip { height: 44px; } }
    `,
  ];

  #once = new Once();

  get #curl() {
    const token = session.asked ? ' -H "Authorization: Bearer $TOKEN"' : '';
    return `curl -i -X POST ${location.origin}/job${token} -H "Content-Type: application/json" -d '{"from": 1, "to": 5}'`;
  }

  async #demo() {
    if (this.busy) return;
    this.busy = true;
    try {
      const { id } = await (await call('POST', '/job', { json: DEMO, headers: this.#once.headers(DEMO) })).json();
      this.#once.renew();
      router.go(`#/job/${id}`);
    } catch (problem) {
      complain(problem);
    }
    this.busy = false;
  }

  async #copy() {
    const code = this.renderRoot.querySelector('code');
    try {
      await navigator.clipboard.writeText(this.#curl);
      tell('The line is on the clipboard.');
    } catch {
      getSelection().selectAllChildren(code);
      tell('The line is selected: copy it with the keyboard.');
    }
  }

  render() {
    return html`
      <div class="strip" aria-hidden="true">${Array.from({ length: 12 }, () => html`<i></i>`)}</div>
      <h1>Nothing has been rendered here yet</h1>
      <p class="soft">${session.may('render') ? 'Three ways to begin:' : 'Your token may look at what others render. It fills this page by itself.'}</p>
      ${session.may('render')
        ? html`<div class="ways">
              <button class="primary" ?disabled=${this.busy} @click=${this.#demo}><b>Render the demo scene</b><span>Five frames of a cut glass heart, in a minute or so.</span></button>
              <a class="button" href="#/new"><b>Render a scene of yours</b><span>Drop a .blend anywhere on this page, or choose one that the node has.</span></a>
            </div>
            <p class="label" id="line">Or from a terminal:</p>
            <div class="line"><code tabindex="0" aria-labelledby="line">${this.#curl}</code><button @click=${this.#copy}>Copy</button></div>`
        : nothing}
    `;
  }
}
customElements.define('first-steps', FirstSteps);
