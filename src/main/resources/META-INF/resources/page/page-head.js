/** The head of the page: where one can go, how busy the node is, who one is. */
import { LitElement, html, css, nothing } from 'lit';
import { base } from './styles.js';
import { complain } from './notices.js';
import { fleet } from './fleet.js';
import { Listening } from './listening.js';
import { router } from './router.js';
import { session } from './session.js';
import { plural } from './words.js';
import './slot-row.js';

class PageHead extends LitElement {
  static styles = [
    base,
    css`
      :host { border-bottom: 1px solid var(--line); }
      header { display: flex; align-items: center; gap: var(--space-5); height: 60px; padding: 0 var(--space-5); max-width: 1360px; margin: 0 auto; }
      .brand { display: flex; align-items: center; gap: 10px; font-weight: 640; letter-spacing: -0.01em; }
      .brand img { width: 24px; height: 24px; }
      nav { display: flex; gap: var(--space-1); align-self: stretch; }
      nav a { display: flex; align-items: center; padding: 0 var(--space-3); color: var(--soft); font-size: var(--text-3); border-bottom: 2px solid transparent; margin-bottom: -1px; }
      nav a:hover { color: var(--text); }
      nav a[aria-current] { color: var(--text); border-color: var(--text); }
      .load { margin-left: auto; display: flex; align-items: center; gap: var(--space-3); font-size: var(--text-2); color: var(--soft); }
      .who { font-size: var(--text-2); color: var(--soft); display: flex; align-items: center; gap: var(--space-1); }
      @media (max-width: 760px) {
        header { gap: var(--space-2); padding: 0 var(--space-4); height: 56px; }
        .brand span, .load, .who span { display: none; }
        .primary { margin-left: auto; }
        nav a { padding: 0 var(--space-2); }
      }
    `,
  ];

  constructor() {
    super();
    const again = () => this.requestUpdate();
    new Listening(this, [[fleet, 'change', again], [router, 'change', again], [session, 'change', again]]);
  }

  async #logout() {
    try {
      await session.logout();
    } catch (problem) {
      complain(problem);
    }
  }

  #link(view, hash, words) {
    return html`<a href=${hash} aria-current=${router.place.view === view ? 'page' : nothing}>${words}</a>`;
  }

  render() {
    const slots = fleet.nodes.reduce((sum, node) => sum + node.slots, 0);
    const busy = fleet.nodes.reduce((sum, node) => sum + node.busy, 0);
    const waiting = fleet.self?.waiting ?? 0;
    return html`<header>
      <a class="brand" href="#/" aria-label="render-node, to the jobs"><img src="/page/icon.svg" alt="" /><span>render-node</span></a>
      <nav aria-label="Pages">${this.#link('jobs', '#/', 'Jobs')}${this.#link('nodes', '#/nodes', 'Nodes')}</nav>
      ${fleet.self
        ? html`<div class="load">
            <slot-row .slots=${slots} .busy=${busy}></slot-row>
            <span>${busy} of ${plural(slots, 'slot')} busy${waiting ? `, ${plural(waiting, 'task')} waiting` : ''}</span>
          </div>`
        : html`<div class="load"></div>`}
      ${session.may('render') ? html`<a class="button primary" href="#/new">New job</a>` : nothing}
      ${session.asked ? html`<div class="who"><span>${session.name}, ${session.role}</span><button class="quiet" @click=${this.#logout}>Log out</button></div>` : nothing}
    </header>`;
  }
}
customElements.define('page-head', PageHead);
