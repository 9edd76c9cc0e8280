/** The nodes that live: how busy, with what, and how to send one home. */
import { LitElement, html, css, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { base } from './styles.js';
import { ask } from './ask-first.js';
import { call } from './api.js';
import { complain, tell } from './notices.js';
import { fleet } from './fleet.js';
import { Listening } from './listening.js';
import { session } from './session.js';
import { ago, bytes, moment, plural } from './words.js';
import './slot-row.js';

class NodesPage extends LitElement {
  static styles = [
    base,
    css`
      h1 { margin-bottom: var(--space-5); }
      ul.nodes { display: grid; gap: var(--space-4); grid-template-columns: repeat(auto-fill, minmax(min(100%, 400px), 1fr)); }
      li.node { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: var(--space-4); display: flex; flex-direction: column; gap: var(--space-4); }
      .top { display: flex; justify-content: space-between; align-items: start; gap: var(--space-3); }
      .top h2 { font-size: var(--text-4); text-transform: none; letter-spacing: -0.01em; color: var(--text); overflow-wrap: anywhere; }
      .big { display: flex; align-items: center; gap: var(--space-4); }
      .big b { font-size: var(--text-6); font-weight: 560; letter-spacing: -0.03em; line-height: 1; font-variant-numeric: tabular-nums; }
      slot-row { zoom: 1.5; flex-wrap: wrap; }
      dl { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr); gap: 6px var(--space-3); font-size: var(--text-2); }
      dt { color: var(--soft); }
      dd { overflow-wrap: anywhere; }
      .tasks { display: flex; flex-wrap: wrap; gap: var(--space-2); }
      .tasks a { border: 1px solid var(--line); border-left: 3px solid var(--running-fill); border-radius: 4px; padding: 4px 10px; font-size: var(--text-2); font-variant-numeric: tabular-nums; }
      .tasks a:hover { border-color: var(--edge); border-left-color: var(--running-fill); }
      .draining { color: var(--paused); font-size: var(--text-2); font-weight: 560; }
      .here { font-size: var(--text-1); color: var(--soft); }
      .foot { margin-top: auto; }
    `,
  ];

  constructor() {
    super();
    new Listening(this, [[fleet, 'change', () => this.requestUpdate()]]);
  }

  async #drain(name) {
    const sure = await ask({
      title: `Drain ${name}?`,
      text: 'It hands back what it renders and takes nothing more until it is restarted. Finished frames stay; other nodes go on with the rest.',
      yes: 'Drain it',
      danger: true,
    });
    if (!sure) return;
    try {
      const node = await (await call('POST', `/node/drain?name=${encodeURIComponent(name)}`)).json();
      tell(`${node.name} drains.`);
      fleet.look();
    } catch (problem) {
      // Behind one address for all nodes, each call may come to another.
      if (problem.status === 409) tell(`Another node than ${name} answered, and nothing was drained. Open ${name} by its own address, and drain it there.`, 'error');
      else complain(problem);
    }
  }

  #node(node) {
    const self = fleet.self?.name === node.name ? fleet.self : null;
    const load = Math.round(node.load * 100);
    return html`<li class="node">
      <div class="top">
        <div><h2>${node.name}</h2>${self && fleet.nodes.length > 1 ? html`<p class="here">it serves this page</p>` : nothing}</div>
        ${node.draining ? html`<span class="draining">draining</span>` : nothing}
      </div>
      <div class="big">
        ${node.slots ? html`<b>${load}<small>%</small></b>` : nothing}
        <div>
          ${node.slots ? html`<slot-row .slots=${node.slots} .busy=${node.busy}></slot-row>` : nothing}
          <p class="small soft">${node.slots ? `${node.busy} of ${plural(node.slots, 'slot')} busy` : 'no slots: it only answers'}</p>
        </div>
      </div>
      ${node.rendering.length
        ? html`<div class="tasks">${node.rendering.map(
            (task) => html`<a href="#/job/${task.job}">job ${task.job}${task.frame == null ? '' : `, frame ${task.frame}`}</a>`,
          )}</div>`
        : nothing}
      <dl>
        <dt>Blender</dt><dd>${node.blenderVersion}</dd>
        ${node.tags.length ? html`<dt>Tags</dt><dd>${node.tags.join(', ')}</dd>` : nothing}
        ${self
          ? html`<dt>Machine</dt><dd>${plural(self.cpus, 'CPU')}, ${bytes(self.memoryBytes)}</dd>
              <dt>In use by Blender</dt><dd>${bytes(self.renderBytes)}</dd>
              <dt>Sandbox</dt><dd>${self.sandbox}</dd>`
          : nothing}
        <dt>Up since</dt><dd>${moment(node.startedAt)}</dd>
        <dt>Last heard of</dt><dd>${ago(node.lastSeenAt)}</dd>
      </dl>
      ${self && !node.draining && session.may('operate')
        ? html`<div class="foot"><button @click=${() => this.#drain(node.name)}>Drain…</button></div>`
        : nothing}
    </li>`;
  }

  render() {
    return html`<h1>${fleet.nodes.length > 1 ? plural(fleet.nodes.length, 'node') : 'Nodes'}</h1>
      ${fleet.problem?.status ? html`<p class="error" role="alert">${fleet.problem.words}</p>` : nothing}
      <ul class="nodes">${repeat(fleet.nodes, (node) => node.name, (node) => this.#node(node))}</ul>`;
  }
}
customElements.define('nodes-page', NodesPage);
