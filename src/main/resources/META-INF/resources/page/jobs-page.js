/** All jobs: what renders now, large; below it the others, newest first. */
import { LitElement, html, css, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { base } from './styles.js';
import { fleet } from './fleet.js';
import { JobList, owners } from './job-list.js';
import { Listening } from './listening.js';
import { STATES } from './words.js';
import './first-steps.js';
import './job-row.js';

/** How often the times that have passed are told anew, in milliseconds. */
const PERIOD = 20000;

/** The names of the nodes that render a job, as words: equal where they are the same. */
const nodesOf = (job) => [...new Set(fleet.rendering(job.id).map((task) => task.node))].join(', ');

class JobsPage extends LitElement {
  static properties = { filter: {} };
  static styles = [
    base,
    css`
      header { display: flex; align-items: center; justify-content: space-between; gap: var(--space-4); flex-wrap: wrap; margin-bottom: var(--space-3); }
      h2 { margin: 0 0 var(--space-3); }
      header h2 { margin: 0; }
      .now { display: grid; gap: var(--space-3); grid-template-columns: repeat(auto-fit, minmax(min(100%, 560px), 1fr)); margin-bottom: var(--space-6); }
      nav { display: flex; gap: 2px; overflow-x: auto; margin: 0 calc(-1 * var(--space-2)) 0; }
      nav a { padding: 6px var(--space-3); border-radius: var(--round); font-size: var(--text-2); color: var(--soft); white-space: nowrap; }
      nav a:hover { color: var(--text); }
      nav a[aria-current] { background: var(--raised); color: var(--text); }
      .end { height: 1px; }
      .none { padding: var(--space-6) 0; color: var(--soft); border-top: 1px solid var(--line); }
    `,
  ];

  #running = new JobList('running');
  #others = new JobList();
  #observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && this.#others.more(), {
    rootMargin: '600px',
  });
  #due = false;
  #clock = 0;
  /** However much changes, it is drawn once a picture. */
  #changed = () => {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.requestUpdate();
    });
  };
  #fleet = () => this.#rows('job-row[large]').forEach((row) => (row.nodes = nodesOf(row.job)));

  constructor() {
    super();
    this.filter = '';
    new Listening(this, [[fleet, 'change', this.#fleet], [this.#running, 'change', this.#changed]]);
  }

  connectedCallback() {
    super.connectedCallback();
    this.#running.open();
    this.#clock = setInterval(() => document.hidden || this.#rows('job-row').forEach((row) => row.requestUpdate()), PERIOD);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#running.close();
    clearInterval(this.#clock);
    this.#others.close();
    this.#observer.disconnect();
  }

  willUpdate(changed) {
    if (!changed.has('filter')) return;
    this.#others.close();
    this.#others = new JobList(this.filter);
    this.#others.addEventListener('change', this.#changed);
    this.#others.open();
  }

  updated() {
    const end = this.renderRoot.querySelector('.end');
    if (!end) return;
    // Observed anew, it tells again where it is: a page may have been too short to push it out of sight.
    this.#observer.unobserve(end);
    this.#observer.observe(end);
  }

  #rows(selector) {
    return this.renderRoot?.querySelectorAll(selector) ?? [];
  }

  #row(job, large, pictured) {
    return html`<li><job-row .job=${job} .nodes=${large ? nodesOf(job) : ''} ?large=${large} ?pictured=${pictured}></job-row></li>`;
  }

  render() {
    const now = this.filter ? [] : this.#running.jobs.filter((job) => job.state === 'running');
    const large = new Set(now.map((job) => job.id));
    const others = this.#others.jobs.filter((job) => !large.has(job.id) && (!this.filter || job.state === this.filter));
    const pictured = owners([...now, ...others].sort((a, b) => (a.submittedAt < b.submittedAt ? 1 : -1)));
    const problem = this.#others.problem;
    if (!this.filter && this.#others.loaded && others.length === 0 && now.length === 0) return html`<first-steps></first-steps>`;
    return html`
      <h1 class="unseen">Jobs</h1>
      ${now.length
        ? html`<h2>Rendering now</h2>
            <ul class="now">${repeat(now, (job) => job.id, (job) => this.#row(job, true, pictured.has(job.id)))}</ul>`
        : nothing}
      <header>
        <h2>${now.length ? 'The others' : 'Jobs'}</h2>
        <nav aria-label="Which jobs">
          ${['', ...STATES].map(
            (state) => html`<a href="#/${state ? `?state=${state}` : ''}" aria-current=${this.filter === state ? 'true' : nothing}>${state || 'all'}</a>`,
          )}
        </nav>
      </header>
      ${problem?.status ? html`<p class="error" role="alert">${problem.words}</p>` : nothing}
      <ul>${repeat(others, (job) => job.id, (job) => this.#row(job, false, pictured.has(job.id)))}</ul>
      ${this.#others.loaded && others.length === 0 ? html`<p class="none">No job ${this.filter ? `is ${this.filter}` : 'waits, and none has ended'}.</p>` : nothing}
      <div class="end" aria-hidden="true"></div>
    `;
  }
}
customElements.define('jobs-page', JobsPage);
