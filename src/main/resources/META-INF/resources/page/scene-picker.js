/** Chooses a scene: one that the node has, or a file of this machine, dropped or looked for, which is sent. */
import { LitElement, html, css, nothing } from 'lit';
import { base } from './styles.js';
import { ask } from './ask-first.js';
import { dropped } from './dropped.js';
import { Listening } from './listening.js';
import { page } from './api.js';
import { bytes, ago } from './words.js';
import { upload } from './scene-upload.js';

class ScenePicker extends LitElement {
  static properties = { chosen: {}, folder: { state: true }, listing: { state: true }, next: { state: true }, sending: { state: true }, problem: { state: true } };
  static styles = [
    base,
    css`
      .drop { display: grid; grid-template-columns: minmax(0, 1fr); justify-items: center; gap: var(--space-2); border: 1.5px dashed var(--edge); border-radius: 10px; padding: var(--space-5); text-align: center; margin-bottom: var(--space-4); }
      .drop b { font-weight: 600; }
      .drop button { margin-top: var(--space-1); }
      .track { width: 100%; height: 10px; background: var(--queued-fill); border-radius: 3px; overflow: hidden; }
      progress { width: 100%; height: 10px; appearance: none; border: 0; border-radius: 3px; overflow: hidden; background: var(--queued-fill); }
      progress::-webkit-progress-bar { background: var(--queued-fill); }
      progress::-webkit-progress-value { background: var(--running-fill); transition: width 0.2s; }
      progress::-moz-progress-bar { background: var(--running-fill); }
      .list { max-height: 20rem; overflow-y: auto; border: 1px solid var(--line); border-radius: 8px; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
      .list button { width: 100%; border: 0; border-bottom: 1px solid var(--line); border-radius: 0; background: none; justify-content: space-between; padding: 10px var(--space-4); font-weight: 450; font-size: var(--text-3); min-height: 44px; text-align: left; white-space: normal; }
      .list li:last-child button { border-bottom: 0; }
      .list button:hover { background: var(--raised); }
      .list button:focus-visible { outline-offset: -2px; }
      .list button[aria-pressed=true] { background: var(--text); color: var(--ground); }
      .list button[aria-pressed=true] .soft { color: inherit; }
      .list span:first-child { overflow-wrap: anywhere; }
      .list .small { white-space: nowrap; }
      nav { font-size: var(--text-2); margin-bottom: var(--space-2); display: flex; flex-wrap: wrap; gap: 2px; align-items: center; }
      nav button { border: 0; background: none; padding: 2px 6px; min-height: 28px; color: var(--soft); }
    `,
  ];
  #stop = null;

  constructor() {
    super();
    this.folder = '';
    new Listening(this, [[dropped, 'change', () => this.#send(dropped.give())]]);
  }

  connectedCallback() {
    super.connectedCallback();
    this.folder = (this.chosen ?? '').includes('/') ? this.chosen.replace(/\/[^/]*$/, '') : '';
    this.#list();
    const file = dropped.give();
    if (file) this.#send(file);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop?.abort();
  }

  async #list(next) {
    try {
      const found = await page(next ?? `/scene?limit=100&folder=${encodeURIComponent(this.folder)}`);
      this.listing = next ? { ...this.listing, scenes: [...this.listing.scenes, ...found.items.scenes] } : found.items;
      this.next = found.next;
      this.problem = null;
    } catch (problem) {
      this.problem = problem;
    }
  }

  #enter(folder) {
    this.folder = folder;
    this.#list();
  }

  #choose(path) {
    this.chosen = path;
    this.dispatchEvent(new CustomEvent('choose', { detail: path }));
  }

  async #send(file) {
    if (!file) return;
    if (!/\.blend$/i.test(file.name)) {
      this.problem = { words: `${file.name} is no .blend: drop a scene that Blender has saved.` };
      return;
    }
    const path = this.folder ? `${this.folder}/${file.name}` : file.name;
    this.#stop?.abort();
    const stop = (this.#stop = new AbortController());
    this.problem = null;
    this.sending = { name: file.name, size: file.size, share: 0 };
    const told = (share) => stop === this.#stop && (this.sending = { ...this.sending, share });
    try {
      await this.#put(file, path, told, stop.signal);
    } catch (problem) {
      if (stop === this.#stop) this.problem = problem;
    }
    if (stop === this.#stop) this.sending = null;
  }

  /** Asks before another scene goes: where the list does not show it yet the node refuses, and it is asked then. */
  async #put(file, path, told, signal) {
    let replace = this.listing?.scenes.some((scene) => scene.path === path) ?? false;
    for (let sent = false; !sent; ) {
      if (replace && !(await this.#mayReplace(path, signal))) break;
      try {
        await upload(file, path, replace, told, signal);
        sent = true;
      } catch (problem) {
        if (problem.status !== 412 || replace) throw problem;
        replace = true;
      }
    }
    if (signal.aborted) return;
    await this.#list();
    if (!signal.aborted) this.#choose(path);
  }

  #mayReplace(path, signal) {
    const question = { title: `Replace ${path}?`, text: 'The node has a scene of that name.', yes: 'Replace it', no: 'Keep it' };
    return ask(question, signal);
  }

  #path() {
    if (!this.folder) return nothing;
    const parts = this.folder.split('/');
    return html`<nav aria-label="Folder"><button type="button" @click=${() => this.#enter('')}>All scenes</button>
      ${parts.map((part, i) => html`<span class="soft">/</span><button type="button" @click=${() => this.#enter(parts.slice(0, i + 1).join('/'))}>${part}</button>`)}</nav>`;
  }

  #drop() {
    if (this.sending) {
      const { name, size, share } = this.sending;
      return html`<div class="drop">
        <b>${name}</b>
        <progress max="1" .value=${share} aria-label="Sent of ${name}"></progress>
        <span class="small soft number">${share < 1 ? `${bytes(size * share)} of ${bytes(size)}` : 'The node looks at it…'}</span>
        <button type="button" class="quiet" @click=${() => this.#stop.abort()}>Stop</button>
      </div>`;
    }
    return html`<div class="drop">
      <b>Drop a .blend here</b>
      <span class="small soft">It goes to the node as it is: pack its textures first (File, External Data).</span>
      <button type="button" @click=${() => this.renderRoot.querySelector('input').click()}>Choose a file…</button>
      <input type="file" accept=".blend" hidden aria-label="A scene of this machine" @change=${(event) => (this.#send(event.target.files[0]), (event.target.value = ''))} />
    </div>`;
  }

  render() {
    const { folders = [], scenes = [] } = this.listing ?? {};
    return html`
      ${this.#drop()}
      ${this.problem ? html`<p class="error small" role="alert">${this.problem.words}</p>` : nothing}
      ${this.#path()}
      <ul class="list" aria-label="Scenes of the node">
        ${folders.map((folder) => html`<li><button type="button" @click=${() => this.#enter(folder)}><span>${folder.replace(/^.*\//, '')}/</span><span class="soft small">folder</span></button></li>`)}
        ${scenes.map(
          (scene) => html`<li><button type="button" aria-pressed=${scene.path === this.chosen} @click=${() => this.#choose(scene.path)}>
            <span>${scene.path.replace(/^.*\//, '')}</span><span class="soft small">${bytes(scene.sizeBytes)}, ${ago(scene.modifiedAt)}</span></button></li>`,
        )}
        ${this.next ? html`<li><button type="button" @click=${() => this.#list(this.next)}>More scenes</button></li>` : nothing}
      </ul>
      ${this.listing && !scenes.length && !folders.length ? html`<p class="hint">There is no scene in this folder yet.</p>` : nothing}
    `;
  }
}
customElements.define('scene-picker', ScenePicker);
