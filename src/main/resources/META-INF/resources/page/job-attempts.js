/** What was tried, and how it ended, in words: first what went wrong. */
import { LitElement, html, css, nothing } from 'lit';
import { base } from './styles.js';
import { bytes, duration, outcome, plural } from './words.js';

const HARMLESS = new Set(['completed', 'canceled', 'drained', 'cut_off', undefined, null]);
const FEW = 6;

class JobAttempts extends LitElement {
  static properties = { job: { attribute: false }, all: { state: true } };
  static styles = [
    base,
    css`
      ol { margin-top: var(--space-3); }
      li { padding: var(--space-2) 0 var(--space-2) var(--space-3); border-left: 2px solid var(--queued-fill); margin-bottom: var(--space-2); font-size: var(--text-2); }
      li.good { border-color: var(--completed-fill); }
      li.bad { border-color: var(--failed-fill); }
      li.now { border-color: var(--running-fill); }
      .reason { color: var(--text); overflow-wrap: anywhere; }
      p { color: var(--soft); }
      .head { color: var(--text); font-weight: 550; }
    `,
  ];

  #kind(attempt) {
    if (!attempt.outcome) return 'now';
    return attempt.outcome === 'completed' ? 'good' : HARMLESS.has(attempt.outcome) ? '' : 'bad';
  }

  #attempt(attempt) {
    const { what, advice } = outcome(attempt);
    const seconds = (new Date(attempt.endedAt ?? Date.now()) - new Date(attempt.startedAt)) / 1000;
    const many = new Set(this.job.attempts.map((other) => other.task)).size > 1;
    return html`<li class=${this.#kind(attempt)}>
      <p class="head">${many ? `Task ${attempt.task + 1}, attempt` : 'Attempt'} ${attempt.number} ${what}</p>
      ${attempt.reason ? html`<p class="reason">${attempt.reason}</p>` : nothing}
      ${advice ? html`<p>${advice}</p>` : nothing}
      <p>${attempt.node}, ${duration(seconds)}${attempt.peakMemoryBytes ? `, ${bytes(attempt.peakMemoryBytes)} at most` : ''}${attempt.signal ? `, ${attempt.signal}` : attempt.exitCode ? `, exit ${attempt.exitCode}` : ''}</p>
    </li>`;
  }

  render() {
    const attempts = [...(this.job.attempts ?? [])].reverse();
    if (attempts.length === 0) return nothing;
    const order = { bad: 0, now: 1, '': 2, good: 3 };
    attempts.sort((a, b) => order[this.#kind(a)] - order[this.#kind(b)]);
    const shown = this.all ? attempts : attempts.slice(0, FEW);
    return html`<h2>Attempts</h2>
      <ol>${shown.map((attempt) => this.#attempt(attempt))}</ol>
      ${attempts.length > shown.length ? html`<button @click=${() => (this.all = true)}>Show all of ${plural(attempts.length, 'attempt')}</button>` : nothing}`;
  }
}
customElements.define('job-attempts', JobAttempts);
