/** Listens for as long as an element is on the page. */
export class Listening {
  #pairs = [];

  constructor(host, pairs) {
    for (const [target, type, listener] of pairs) this.#pairs.push([target, type, listener]);
    host.addController(this);
  }

  hostConnected() {
    for (const [target, type, listener] of this.#pairs) target.addEventListener(type, listener);
  }

  hostDisconnected() {
    for (const [target, type, listener] of this.#pairs) target.removeEventListener(type, listener);
  }
}
