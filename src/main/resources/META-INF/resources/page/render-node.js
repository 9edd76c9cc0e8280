/** The page: its head, and under it the view that the address names. */
import { LitElement, html, css, nothing } from 'lit';
import { base } from './styles.js';
import { fleet } from './fleet.js';
import { live } from './live.js';
import { Listening } from './listening.js';
import { router } from './router.js';
import { session } from './session.js';
import { dropped } from './dropped.js';
import './ask-first.js';
import './job-form.js';
import './job-page.js';
import './jobs-page.js';
import './login-form.js';
import './nodes-page.js';
import './notices.js';
import './page-head.js';

const TITLES = { jobs: 'Jobs', nodes: 'Nodes', new: 'New job', job: 'Job' };

class RenderNode extends LitElement {
  static properties = { dragging: { state: true } };
  static styles = [
    base,
    css`
      main { max-width: 1360px; margin: 0 auto; padding: var(--space-5) var(--space-5) 96px; outline: none; }
      main:focus-visible { outline: none; }
      .lost { background: var(--failed-fill); color: #140402; font-size: var(--text-2); font-weight: 560; text-align: center; padding: 6px var(--space-4); position: sticky; top: 0; z-index: 20; }
      .drop { position: fixed; inset: var(--space-3); z-index: 50; border: 2px dashed var(--focus); border-radius: 14px; display: grid; place-items: center;
        background: color-mix(in srgb, var(--ground) 88%, transparent); pointer-events: none; font-size: var(--text-5); font-weight: 600; }
      .skip { position: absolute; left: -999px; }
      .skip:focus { left: var(--space-3); top: var(--space-3); z-index: 60; background: var(--raised); padding: var(--space-2) var(--space-3); }
      @media (max-width: 760px) { main { padding: var(--space-4) var(--space-4) 80px; } }
    `,
  ];
  #depth = 0;

  constructor() {
    super();
    new Listening(this, [
      [router, 'change', () => this.#arrive()],
      [session, 'change', () => this.#begin()],
      [live, 'connection', () => this.requestUpdate()],
      [fleet, 'change', () => this.requestUpdate()],
      [window, 'dragenter', (event) => this.#drag(event, 1)],
      [window, 'dragleave', (event) => this.#drag(event, -1)],
      [window, 'dragover', (event) => this.#holdsFile(event) && event.preventDefault()],
      [window, 'drop', (event) => this.#drop(event)],
    ]);
    this.#look();
  }

  async #look() {
    try {
      await session.look();
    } catch {
      setTimeout(() => this.#look(), 2000);
    }
  }

  #begin() {
    if (session.isIn) live.start();
    else live.stop();
    this.requestUpdate();
  }

  async #arrive() {
    this.requestUpdate();
    await this.updateComplete;
    scrollTo(0, 0);
    document.title = `${TITLES[router.place.view] ?? 'Jobs'} · render-node`;
    this.renderRoot.querySelector('main')?.focus({ preventScroll: true });
  }

  #holdsFile(event) {
    return session.may('render') && [...(event.dataTransfer?.types ?? [])].includes('Files');
  }

  #drag(event, step) {
    if (!this.#holdsFile(event)) return;
    this.#depth = Math.max(0, this.#depth + step);
    this.dragging = this.#depth > 0;
  }

  #drop(event) {
    if (!this.#holdsFile(event)) return;
    event.preventDefault();
    this.#depth = 0;
    this.dragging = false;
    if (event.dataTransfer.files.length) {
      dropped.take(event.dataTransfer.files[0]);
      router.go('#/new');
    }
  }

  #view() {
    const { view, id, query } = router.place;
    if (view === 'job' && /^\d+$/.test(id)) return html`<job-page .id=${Number(id)}></job-page>`;
    if (view === 'nodes') return html`<nodes-page></nodes-page>`;
    if (view === 'new' && session.may('render')) return html`<job-form .scene=${query.get('scene') ?? ''}></job-form>`;
    return html`<jobs-page .filter=${query.get('state') ?? ''}></jobs-page>`;
  }

  render() {
    if (session.asked === undefined) return nothing;
    if (!session.isIn) return html`<login-form></login-form>`;
    const away = fleet.problem?.status === 503;
    return html`
      <a class="skip" href="#main" @click=${(event) => (event.preventDefault(), this.renderRoot.querySelector('main').focus())}>To the content</a>
      <page-head></page-head>
      <div role="status">
        ${live.state === 'lost'
          ? html`<p class="lost">The node does not answer. What renders goes on; this page comes back by itself.</p>`
          : away
            ? html`<p class="lost">The node’s store is away: nothing new can be told. What renders goes on.</p>`
            : nothing}
      </div>
      <main id="main" tabindex="-1">${this.#view()}</main>
      <notice-stand></notice-stand>
      <ask-first></ask-first>
      ${this.dragging ? html`<div class="drop">Drop the scene to render it</div>` : nothing}
    `;
  }
}
customElements.define('render-node', RenderNode);
