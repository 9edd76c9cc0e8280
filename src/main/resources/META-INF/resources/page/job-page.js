/** A job: how it looks, how far it is, what became of it, and what can be done. */
import { LitElement, html, css, nothing } from 'lit';
import { base } from './styles.js';
import { fleet } from './fleet.js';
import { JobModel } from './job-model.js';
import { Listening } from './listening.js';
import { count, duration, hasEnded, shown, title } from './words.js';
import './frame-stage.js';
import './job-actions.js';
import './job-attempts.js';
import './job-facts.js';
import './job-log.js';
import './state-mark.js';

class JobPage extends LitElement {
  static properties = { id: { type: Number } };
  static styles = [
    base,
    css`
      header { display: flex; gap: var(--space-4) var(--space-5); justify-content: space-between; align-items: end; flex-wrap: wrap; margin-bottom: var(--space-4); }
      .what { min-width: 0; flex: 1 1 24rem; }
      .state { display: flex; align-items: center; gap: var(--space-2) var(--space-4); flex-wrap: wrap; font-size: var(--text-2); margin-top: var(--space-2); }
      state-mark { font-size: var(--text-3); }
      h1 { overflow-wrap: anywhere; }
      .why { padding: var(--space-3) var(--space-4); border-radius: 8px; border: 1px solid var(--line); border-left: 3px solid var(--edge); background: var(--panel); margin-bottom: var(--space-4); overflow-wrap: anywhere; }
      .why.failed { border-left-color: var(--failed-fill); }
      .columns { display: grid; grid-template-columns: minmax(0, 1fr) 300px; gap: var(--space-6); align-items: start; }
      aside { display: grid; gap: var(--space-5); }
      job-log { margin-top: var(--space-5); }
      @media (max-width: 1040px) { .columns { grid-template-columns: minmax(0, 1fr); gap: var(--space-5); } }
    `,
  ];
  #model = null;
  #revision = 0;
  #changed = () => {
    this.#revision++;
    const job = this.#model.job;
    if (job) {
      const percent = hasEnded(job) ? job.state : `${Math.round(job.progress * 100)} %`;
      document.title = `${percent} · ${title(job)} · render-node`;
    }
    this.requestUpdate();
  };

  constructor() {
    super();
    new Listening(this, [[window, 'keydown', (event) => event.composedPath()[0].closest?.('a, button, input, select, summary, pre, code, [role=slider], dialog') || this.renderRoot.querySelector('frame-stage')?.keys(event)]]);
  }

  connectedCallback() {
    super.connectedCallback();
    if (this.id && !this.#model) this.#open();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#model?.close();
    this.#model = null;
  }

  willUpdate(changed) {
    if (changed.has('id')) this.#open();
  }

  #open() {
    this.#model?.close();
    this.#model = new JobModel(this.id);
    this.#model.addEventListener('change', this.#changed);
    this.#model.open();
  }

  #progress(job) {
    const done = html`<span class="number"><b>${count(job.framesDone)}</b> of ${count(job.framesTotal)} frames</span>`;
    const left = !hasEnded(job) && job.remainingSeconds != null ? html`<span class="soft">${duration(job.remainingSeconds)} left</span>` : nothing;
    const nodes = [...new Set(fleet.rendering(job.id).map((task) => task.node))];
    const on = nodes.length && job.state === 'running' ? html`<span class="soft">on ${nodes.join(', ')}</span>` : nothing;
    const steps = job.simulatingFrame == null ? nothing : html`<span class="soft">steps through its simulation, at frame ${job.simulatingFrame}</span>`;
    return html`${done}${left}${on}${steps}`;
  }

  render() {
    const { job, problem } = this.#model;
    if (!job) {
      return problem
        ? html`<h1>${problem.status === 400 || problem.status === 404 ? `There is no job ${this.id}` : 'The job cannot be shown'}</h1>
            <p class="soft">${problem.status === 400 || problem.status === 404 ? 'It may have been forgotten: ended jobs are remembered for a while.' : problem.words}</p>
            <p><a class="plain" href="#/">To all jobs</a></p>`
        : html`<p class="soft" role="status">Looking…</p>`;
    }
    const state = shown(job);
    const paused = state === 'paused' ? (job.state === 'running' && fleet.rendering(job.id).length ? 'What renders now is brought to its end; nothing new begins until it goes on.' : 'Nothing of it begins until it goes on.') : '';
    const why = job.reason ?? paused;
    const attempts = job.attempts?.length ? html`<job-attempts .job=${job}></job-attempts>` : nothing;
    const facts = html`<job-facts .job=${job}></job-facts>`;
    return html`
      <header>
        <div class="what">
          <h1>${title(job)}</h1>
          <div class="state"><state-mark .state=${state} role="status"></state-mark>${this.#progress(job)}<span class="soft">job ${job.id}</span></div>
        </div>
        <job-actions .model=${this.#model} .revision=${this.#revision}></job-actions>
      </header>
      ${why ? html`<p class="why ${state}">${why}</p>` : nothing}
      <div class="columns">
        <div>
          <frame-stage .model=${this.#model} .revision=${this.#revision}></frame-stage>
          <job-log .job=${job}></job-log>
        </div>
        <aside aria-label="About the job">
          ${job.state === 'failed' ? [attempts, facts] : [facts, attempts]}
        </aside>
      </div>
    `;
  }
}
customElements.define('job-page', JobPage);
