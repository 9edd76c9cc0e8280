/** A job in the list: what it is, how it looks, how far it is. Large while it renders. */
import { LitElement, html, css, nothing } from 'lit';
import { base } from './styles.js';
import { ago, count, duration, hasEnded, shown, title } from './words.js';
import './frame-meter.js';
import './frame-thumb.js';
import './state-mark.js';

class JobRow extends LitElement {
  static properties = { job: { attribute: false }, nodes: { attribute: false }, pictured: { type: Boolean }, large: { type: Boolean, reflect: true } };
  static styles = [
    base,
    css`
      :host { content-visibility: auto; contain-intrinsic-size: auto 77px; border-top: 1px solid var(--line); }
      :host([large]) { contain-intrinsic-size: auto 150px; border: 0; }
      a { display: grid; grid-template: auto 1fr / 96px minmax(0, 1.3fr) 110px minmax(0, 1.2fr) 132px; align-items: center;
        column-gap: var(--space-4); padding: 10px var(--space-3); border-radius: var(--round); }
      a:hover { background: var(--panel); }
      frame-thumb { grid-row: 1 / 3; width: 96px; }
      .what { grid-row: 1 / 3; min-width: 0; }
      .name { font-size: 1rem; font-weight: 560; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      .where { font-size: var(--text-2); color: var(--soft); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      state-mark { grid-row: 1 / 3; }
      .meter { grid-row: 1 / 3; min-width: 0; }
      .why { font-size: var(--text-2); color: var(--soft); margin-top: var(--space-1); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      .sum { grid-row: 1 / 3; text-align: right; font-size: var(--text-2); font-variant-numeric: tabular-nums; }
      .sum b { font-weight: 560; font-size: var(--text-3); }
      :host([large]) a {
        grid-template: auto auto 1fr / 216px minmax(0, 1fr) auto; row-gap: var(--space-2); column-gap: var(--space-5); padding: var(--space-3);
        background: var(--panel); border: 1px solid var(--line); align-items: start;
      }
      :host([large]) a:hover { border-color: var(--edge); }
      :host([large]) frame-thumb { grid-row: 1 / 4; width: 216px; }
      :host([large]) .what { grid-area: 1 / 2 / 2 / 3; padding-top: var(--space-2); }
      :host([large]) .name { font-size: var(--text-4); letter-spacing: -0.01em; }
      :host([large]) state-mark { grid-area: 1 / 3; padding-top: var(--space-3); justify-self: end; }
      :host([large]) .meter { grid-area: 2 / 2 / 3 / 4; }
      :host([large]) .sum { grid-area: 3 / 2 / 4 / 4; text-align: left; display: flex; gap: var(--space-4); flex-wrap: wrap; align-items: baseline; }
      :host([large]) frame-meter { height: 18px; }
      @media (max-width: 760px) {
        a { grid-template: auto auto / 72px minmax(0, 1fr) auto; column-gap: var(--space-3); row-gap: 6px; padding-inline: 0; }
        frame-thumb { width: 72px; grid-row: 1 / 3; }
        .what { grid-area: 1 / 2; }
        state-mark { grid-area: 1 / 3; align-self: start; }
        .meter { grid-area: 2 / 2; }
        .sum { grid-area: 2 / 3; }
        .sum br, .sum .time { display: none; }
        .why { white-space: normal; }
        :host([large]) a { grid-template: auto auto auto auto / minmax(0, 1fr) auto; padding: var(--space-3); }
        :host([large]) frame-thumb { grid-area: 1 / 1 / 2 / 3; width: 100%; }
        :host([large]) .what { grid-area: 2 / 1 / 3 / 2; }
        :host([large]) state-mark { grid-area: 2 / 2; }
        :host([large]) .meter { grid-area: 3 / 1 / 4 / 3; }
        :host([large]) .sum { grid-area: 4 / 1 / 5 / 3; }
        :host([large]) .sum .time { display: inline; }
      }
    `,
  ];

  render() {
    const job = this.job;
    const state = shown(job);
    const number = job.newestFrame ?? (job.state === 'completed' ? job.to : job.framesDone > 0 && this.pictured ? job.from : null);
    const time = hasEnded(job)
      ? job.startedAt && job.endedAt && job.framesDone > 0
        ? `in ${duration((new Date(job.endedAt) - new Date(job.startedAt)) / 1000)}`
        : ''
      : job.remainingSeconds != null
        ? `${duration(job.remainingSeconds)} left`
        : '';
    return html`<a href="#/job/${job.id}">
      <frame-thumb .job=${this.pictured ? job.id : 0} .number=${number} steady .size=${this.large ? 320 : 96} .version=${this.large ? String(number) : ''}></frame-thumb>
      <div class="what">
        <h3 class="name">${title(job)}</h3>
        <p class="where"><span class="number">${job.id}</span> · ${job.frames} · ${job.blend ?? 'demo scene'}${job.owner ? html` · ${job.owner}` : nothing}</p>
      </div>
      <state-mark .state=${state}></state-mark>
      <div class="meter">
        <frame-meter .done=${job.framesDone} .total=${job.framesTotal} .state=${state}></frame-meter>
        ${job.reason ? html`<p class="why" title=${job.reason}>${job.reason}</p>` : nothing}
      </div>
      <p class="sum">
        <span><b>${count(job.framesDone)}</b> <span class="soft">/ ${count(job.framesTotal)}</span></span>
        ${this.large
          ? html`<span class="time">${time || 'the first frame is on its way'}</span>
              ${this.nodes ? html`<span class="soft">on ${this.nodes}</span>` : nothing}`
          : html`<br /><span class="soft time">${time ? `${time} · ` : ''}${ago(job.endedAt ?? job.startedAt ?? job.submittedAt)}</span>`}
      </p>
    </a>`;
  }
}
customElements.define('job-row', JobRow);
