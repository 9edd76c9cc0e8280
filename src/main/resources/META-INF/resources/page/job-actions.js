/** What can be done with a job, by whom it may be done. */
import { LitElement, html, css, nothing } from 'lit';
import { base } from './styles.js';
import { ask } from './ask-first.js';
import { call } from './api.js';
import { write } from './frames.js';
import { complain, tell } from './notices.js';
import { hasEnded, plural, title } from './words.js';
import { session } from './session.js';
import './movie-button.js';

class JobActions extends LitElement {
  static properties = { model: { attribute: false }, revision: { attribute: false }, busy: { state: true } };
  static styles = [
    base,
    css`
      .row { display: flex; flex-wrap: wrap; gap: var(--space-2); align-items: center; }
      .priority { display: flex; align-items: center; gap: var(--space-2); font-size: var(--text-2); color: var(--soft); }
      .priority label { margin: 0; }
      .priority input { width: 4.6rem; min-height: 36px; font-variant-numeric: tabular-nums; }
    `,
  ];

  async #do(action, said) {
    this.busy = true;
    try {
      await action();
      if (said) tell(said);
    } catch (problem) {
      complain(problem);
      this.model.look();
    }
    this.busy = false;
  }

  #change(fields, said) {
    return this.#do(async () => this.model.took(await (await call('PATCH', `/job/${this.model.job.id}`, { json: fields })).json()), said);
  }

  async #cancel() {
    const { job, frames } = this.model;
    const sure = await ask({
      title: `Cancel ${title(job)}?`,
      text: `Blender ends at once; the frame under way is lost. ${frames.size ? `The ${plural(frames.size, 'finished frame')} stay.` : ''}`,
      yes: 'Cancel the job',
      no: 'Let it go on',
      danger: true,
    });
    if (sure) await this.#do(() => call('DELETE', `/job/${job.id}`), 'The job is being canceled.');
  }

  #retry() {
    const { job, numbers, frames } = this.model;
    // What is missing of a job that failed the node knows; of one that is completed it must be told.
    const missing = job.state === 'completed' ? { frames: write(numbers.filter((number) => !frames.has(number))) } : undefined;
    return this.#do(async () => {
      await call('POST', `/job/${job.id}/retry`, { json: missing });
      await this.model.load();
    }, 'What is missing is in the line again.');
  }

  #priority(event) {
    const priority = event.target.valueAsNumber;
    if (Number.isInteger(priority) && event.target.checkValidity()) this.#change({ priority }, `Its priority is ${priority} now.`);
    else event.target.value = this.model.job.priority;
  }

  render() {
    const { job, frames, numbers, listed } = this.model;
    const ended = hasEnded(job);
    const mine = session.mayChange(job);
    const missing = numbers.length - frames.size;
    return html`<div class="row" role="group" aria-label="What can be done">
      ${mine && !ended
        ? html`<div class="priority"><label for="priority">Priority</label>
              <input id="priority" type="number" min="0" max="100" .value=${String(job.priority)} ?disabled=${this.busy} @change=${this.#priority} /></div>
            ${job.paused
              ? html`<button ?disabled=${this.busy} @click=${() => this.#change({ paused: false }, 'It goes on.')}>Go on</button>`
              : html`<button ?disabled=${this.busy} @click=${() => this.#change({ paused: true }, 'What renders now is brought to its end; nothing new begins.')}>Pause</button>`}
            <button class="danger" ?disabled=${this.busy} @click=${this.#cancel}>Cancel…</button>`
        : nothing}
      ${mine && ended && listed && missing > 0
        ? html`<button class="primary" ?disabled=${this.busy} @click=${this.#retry}>${frames.size ? `Retry the ${plural(missing, 'missing frame')}` : 'Retry'}</button>`
        : nothing}
      ${frames.size ? html`<a class="button" href="/job/${job.id}/frames.zip" download>Frames as a zip</a><movie-button .job=${job.id} ?disabled=${frames.size < 2}></movie-button>` : nothing}
    </div>`;
  }
}
customElements.define('job-actions', JobActions);
