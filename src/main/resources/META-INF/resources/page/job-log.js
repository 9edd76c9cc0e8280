/** What Blender says, as it says it. Read only while it is open: a stream holds one of the browser's few connections. */
import { LitElement, html, css, nothing } from 'lit';
import { base } from './styles.js';
import { hasEnded } from './words.js';
import { live } from './live.js';
import { Listening } from './listening.js';

const KEPT = 400_000;

class JobLog extends LitElement {
  static properties = { job: { attribute: false }, open: { state: true }, trouble: { state: true } };
  static styles = [
    base,
    css`
      .top { display: flex; align-items: center; justify-content: space-between; gap: var(--space-3); }
      pre {
        margin: var(--space-3) 0 0; height: 340px; overflow: auto; background: var(--stage); color: #c9cdd1; border-radius: 8px; padding: var(--space-3) var(--space-4);
        font-size: var(--text-1); line-height: 1.6; white-space: pre-wrap; overflow-wrap: anywhere; scrollbar-width: thin; scrollbar-color: #555b61 transparent;
      }
    `,
  ];
  #stop = null;
  #text = '';
  #drawn = false;

  constructor() {
    super();
    this.open = false;
    new Listening(this, [[live, 'connection', () => this.open && (live.state === 'live' ? this.#follow() : this.#end())]]);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#end();
  }

  #end() {
    this.#stop?.abort();
    this.#stop = null;
  }

  async #toggle() {
    this.open = !this.open;
    await this.updateComplete;
    if (this.open) this.#follow();
    else this.#end();
  }

  async #follow() {
    this.#end();
    const stop = (this.#stop = new AbortController());
    this.#text = '';
    this.trouble = '';
    try {
      const answer = await fetch(`/job/${this.job.id}/log${hasEnded(this.job) ? '' : '?follow=true'}`, { signal: stop.signal, headers: { Accept: 'text/plain' } });
      if (!answer.ok) throw new Error(await answer.text());
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (stop.signal.aborted) return;
        if (done) break;
        this.#text = (this.#text + value).slice(-KEPT);
        this.#draw();
      }
      if (!this.#text) this.trouble = 'Blender has not said anything.';
    } catch (failure) {
      if (!stop.signal.aborted) this.trouble = `The log cannot be read now: ${failure.message}`;
    }
  }

  /** However fast it comes, once a picture; who has scrolled up stays there. */
  #draw() {
    if (this.#drawn) return;
    this.#drawn = true;
    requestAnimationFrame(() => {
      this.#drawn = false;
      const page = this.renderRoot.querySelector('pre');
      if (!page) return;
      const atEnd = page.scrollHeight - page.scrollTop - page.clientHeight < 40;
      page.firstChild ? (page.firstChild.data = this.#text) : page.append(this.#text);
      if (atEnd) page.scrollTop = page.scrollHeight;
    });
  }

  render() {
    return html`<div class="top">
        <h2>Blender’s log</h2>
        <button aria-expanded=${this.open} @click=${this.#toggle}>${this.open ? 'Close' : 'Read it'}</button>
      </div>
      <div ?hidden=${!this.open}><pre tabindex="0" aria-label="Blender’s log"></pre></div>
      ${this.open && this.trouble ? html`<p class="hint">${this.trouble}</p>` : nothing}`;
  }
}
customElements.define('job-log', JobLog);
