/** Where in the page one is: the part of the address after #. */
class Router extends EventTarget {
  constructor() {
    super();
    window.addEventListener('hashchange', () => this.dispatchEvent(new Event('change')));
  }

  /** { view, id, query }. */
  get place() {
    const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
    const [view = '', id = ''] = path.split('/');
    return { view: view || 'jobs', id, query: new URLSearchParams(query) };
  }

  go(hash) {
    location.hash = hash;
  }
}

export const router = new Router();
