/** What was asked for, and when it was done. */
import { LitElement, html, css, nothing } from 'lit';
import { base } from './styles.js';
import { duration, heading, moment } from './words.js';

class JobFacts extends LitElement {
  static properties = { job: { attribute: false } };
  static styles = [
    base,
    css`
      dl { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 7px var(--space-3); font-size: var(--text-2); margin-top: var(--space-3); }
      dt { color: var(--soft); }
      dd { overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
      .warnings { margin-bottom: var(--space-5); }
      .warnings li { border-left: 2px solid var(--running-fill); padding: 2px 0 2px var(--space-3); margin-top: var(--space-3); font-size: var(--text-2); overflow-wrap: anywhere; }
      .warnings b { font-weight: 560; display: block; }
    `,
  ];

  #fact(name, value) {
    return value == null || value === '' ? nothing : html`<dt>${name}</dt><dd>${value}</dd>`;
  }

  render() {
    const job = this.job;
    const warnings = job.warnings ?? [];
    const took = job.startedAt && job.endedAt ? duration((new Date(job.endedAt) - new Date(job.startedAt)) / 1000) : '';
    return html`
      ${warnings.length
        ? html`<section class="warnings" aria-labelledby="warnings"><h2 id="warnings">Not as its maker saw it</h2>
            <ul>${warnings.map((warning) => html`<li><b>${heading(warning.code)}</b><span class="soft">${warning.message}</span></li>`)}</ul></section>`
        : nothing}
      <h2>The request</h2>
      <dl>
        ${this.#fact('Scene', job.blend ?? 'the demo scene')}${job.scene ? this.#fact('Scene in it', job.scene) : nothing}
        ${this.#fact('Frames', job.frames)}${this.#fact('Camera', job.camera)}${this.#fact('Engine', job.engine)}
        ${this.#fact('Samples', job.samples)}${this.#fact('Resolution', job.resolution ? `${job.resolution} %` : '')}
        ${this.#fact('Format', job.format)}${this.#fact('Files', job.output)}${this.#fact('In a task', job.chunk ? `${job.chunk} frames` : '')}
        ${this.#fact('Node must offer', job.tags?.join(', '))}${this.#fact('Owner', job.owner)}
        ${this.#fact('Posted', moment(job.submittedAt))}${this.#fact('Started', moment(job.startedAt))}${this.#fact('Ended', moment(job.endedAt))}
        ${this.#fact('Took', took)}
      </dl>`;
  }
}
customElements.define('job-facts', JobFacts);
