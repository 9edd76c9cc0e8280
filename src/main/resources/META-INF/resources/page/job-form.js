/** A new job: a scene, and what of it is to be rendered, as the scene's own report offers it. */
import { LitElement, html, css, nothing } from 'lit';
import { base } from './styles.js';
import { call, get, pause } from './api.js';
import { parse } from './frames.js';
import { Once } from './once.js';
import { router } from './router.js';
import { session } from './session.js';
import { heading, plural } from './words.js';
import { pathAddress } from './scene-upload.js';
import './scene-picker.js';

const ENGINES = { CYCLES: 'Cycles', BLENDER_EEVEE: 'EEVEE', BLENDER_EEVEE_NEXT: 'EEVEE Next', BLENDER_WORKBENCH: 'Workbench' };
const FORMATS = { PNG: 'PNG', JPEG: 'JPEG', OPEN_EXR: 'OpenEXR', OPEN_EXR_MULTILAYER: 'OpenEXR, multilayer', TIFF: 'TIFF', WEBP: 'WebP' };

class JobForm extends LitElement {
  static properties = { scene: {}, report: { state: true }, looking: { state: true }, problem: { state: true }, busy: { state: true }, frames: { state: true } };
  static styles = [
    base,
    css`
      h1 { margin-bottom: var(--space-5); }
      form { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.15fr); gap: var(--space-6); align-items: start; }
      h2 { margin-bottom: var(--space-3); }
      .fields { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: var(--space-4) var(--space-3); }
      .wide { grid-column: 1 / -1; }
      .frames { font-size: var(--text-4); font-variant-numeric: tabular-nums; }
      details { grid-column: 1 / -1; border-top: 1px solid var(--line); padding-top: var(--space-3); }
      summary { cursor: pointer; font-size: var(--text-2); color: var(--soft); padding: var(--space-1) 0; }
      details[open] summary { margin-bottom: var(--space-3); }
      .check { display: flex; gap: var(--space-2); align-items: center; margin: 0; color: var(--text); }
      .warnings li { border-left: 2px solid var(--running-fill); padding: 2px 0 2px var(--space-3); margin-bottom: var(--space-3); font-size: var(--text-2); overflow-wrap: anywhere; }
      .warnings b { display: block; font-weight: 560; }
      .end { grid-column: 1 / -1; display: flex; align-items: center; gap: var(--space-4); flex-wrap: wrap; margin-top: var(--space-2); }
      .end .primary { min-height: 44px; padding-inline: var(--space-5); font-size: var(--text-3); }
      @media (max-width: 460px) { .fields { grid-template-columns: minmax(0, 1fr); } }
      @media (max-width: 860px) { form { grid-template-columns: minmax(0, 1fr); gap: var(--space-5); } }
    `,
  ];
  #round = 0;
  #once = new Once();

  connectedCallback() {
    super.connectedCallback();
    if (this.scene) this.#look(this.scene);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#round++;
  }

  /** What is in the scene: a node may have to open it first. */
  async #look(path) {
    const round = ++this.#round;
    // A scene that was sent anew is another, by whatever name.
    this.#once.renew();
    this.scene = path;
    this.report = null;
    this.problem = null;
    this.looking = true;
    try {
      for (;;) {
        const answer = await call('GET', pathAddress(path));
        if (round !== this.#round) return;
        if (answer.status === 200) {
          this.report = await answer.json();
          this.frames = `${this.report.first}-${this.report.last}${this.report.step > 1 ? `x${this.report.step}` : ''}`;
          break;
        }
        await pause(1000 * (Number(answer.headers.get('Retry-After')) || 2));
        if (round !== this.#round) return;
      }
    } catch (problem) {
      if (round !== this.#round) return;
      this.problem = problem;
    }
    this.looking = false;
  }

  async #submit(event) {
    event.preventDefault();
    if (this.busy) return;
    const given = Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value !== ''));
    const numbers = Object.fromEntries(['samples', 'resolution', 'chunk', 'priority'].filter((name) => given[name]).map((name) => [name, Number(given[name])]));
    const request = { ...given, ...numbers, blend: this.scene, frames: this.frames.replaceAll(' ', '') };
    if (given.tags) request.tags = given.tags.split(',').map((tag) => tag.trim()).filter(Boolean);
    for (const flag of ['strict', 'skipExisting']) if (given[flag]) request[flag] = true;
    if (given.denoise) request.denoise = given.denoise === 'true';
    this.busy = true;
    this.problem = null;
    try {
      const { id } = await (await call('POST', '/job', { json: request, headers: this.#once.headers(request) })).json();
      this.#once.renew();
      router.go(`#/job/${id}`);
    } catch (problem) {
      this.problem = problem;
    }
    this.busy = false;
  }

  #choice(name, words, none, options) {
    return html`<div><label for=${name}>${words}</label><select id=${name} name=${name}>
      <option value="">${none}</option>${options.map(([value, shown]) => html`<option value=${value}>${shown}</option>`)}</select></div>`;
  }

  #number(name, words, hint, min, max) {
    return html`<div><label for=${name}>${words}</label><input id=${name} name=${name} type="number" inputmode="numeric" min=${min} max=${max} placeholder=${hint} /></div>`;
  }

  #fields() {
    const { report } = this;
    const list = parse(this.frames ?? '');
    const own = (value, names) => `As the scene: ${names?.[value] ?? value}`;
    return html`<section aria-labelledby="what">
      <h2 id="what">What to render</h2>
      ${report.warnings.length
        ? html`<ul class="warnings" aria-label="What will not be as its maker saw it">${report.warnings.map((warning) => html`<li><b>${heading(warning.code)}</b><span class="soft">${warning.message}</span></li>`)}</ul>`
        : nothing}
      <div class="fields">
        <div class="wide">
          <label for="frames">Frames</label>
          <input id="frames" class="frames" required .value=${this.frames} aria-describedby="frames-said" aria-invalid=${list ? 'false' : 'true'} @input=${(event) => (this.frames = event.target.value)} />
          <p class="hint ${list ? '' : 'error'}" id="frames-said">${list ? `${plural(list.length, 'frame')}. The scene has ${report.first} to ${report.last}; parts such as 1-10,15,20-40x5 will do.` : 'Write frames such as 1-250, or 1-10,15,20-40x5.'}</p>
        </div>
        ${report.scenes.length > 1 ? this.#choice('scene', 'Scene in the file', own(report.scene), report.scenes.map((name) => [name, name])) : nothing}
        ${this.#choice('camera', 'Camera', report.camera ? own(report.camera) : 'The scene has none', report.cameras.map((name) => [name, name]))}
        ${this.#choice('engine', 'Engine', own(report.engine, ENGINES), Object.entries(ENGINES))}
        ${this.#choice('format', 'Format', own(report.format, FORMATS), Object.entries(FORMATS))}
        ${this.#number('samples', 'Samples a pixel', report.samples ?? '', 1, 16384)}
        ${this.#number('resolution', `Percent of ${report.width} × ${report.height}`, report.resolution, 1, 100)}
        ${this.#choice('denoise', 'Denoise', own(report.denoise ? 'yes' : 'no'), [['true', 'Yes'], ['false', 'No']])}
        <div class="wide"><label for="name">Name</label><input id="name" name="name" maxlength="200" autocomplete="off" placeholder=${this.scene.replace(/^.*\//, '').replace(/\.blend$/, '')} /></div>
        ${this.#more(report)}
        <div class="end">
          <button class="primary" ?disabled=${this.busy || !list}>${this.busy ? 'Sending…' : list ? `Render ${plural(list.length, 'frame')}` : 'Render'}</button>
          ${this.problem ? html`<p class="error small" role="alert">${this.problem.words}</p>` : nothing}
        </div>
      </div>
    </section>`;
  }

  #more(report) {
    return html`<details>
      <summary>Priority, tasks, and where it may run</summary>
      <div class="fields">
        ${this.#number('priority', 'Priority, 100 goes first', 50, 0, 100)}
        ${this.#number('chunk', 'Frames in a task', 'all', 1, 100000)}
        <div class="wide"><label for="output">File names</label><input id="output" name="output" placeholder="blender-render_####" autocomplete="off" spellcheck="false" /></div>
        <div class="wide"><label for="tags">Tags that a node must offer</label><input id="tags" name="tags" placeholder="gpu, fast" autocomplete="off" /></div>
        <label class="check wide"><input type="checkbox" name="strict" /> Fail where the scene has a warning</label>
        <label class="check wide"><input type="checkbox" name="skipExisting" /> Leave out frames that are in the output folder</label>
      </div>
    </details>`;
  }

  render() {
    return html`<h1>New job</h1>
      <form @submit=${this.#submit}>
        <section aria-labelledby="which"><h2 id="which">Scene</h2><scene-picker .chosen=${this.scene} @choose=${(event) => this.#look(event.detail)}></scene-picker></section>
        ${this.report
          ? this.#fields()
          : html`<section aria-live="polite"><h2>What to render</h2>
              ${this.problem
                ? html`<p class="error" role="alert">${this.problem.words}</p>`
                : html`<p class="soft">${this.looking ? 'Blender opens the scene and tells what is in it…' : 'Choose a scene: what it offers is then found here.'}</p>`}
              ${this.looking && session.may('render') ? html`<p class="hint">That waits for a free slot where all are busy.</p>` : nothing}</section>`}
      </form>`;
  }
}
customElements.define('job-form', JobForm);
