/**
 * The key of a request that makes something: the same request has the same key until it was answered well, so that it
 * may be sent again, and makes nothing twice.
 */
export class Once {
  #request = '';
  #key = '';

  /** The headers to send it with. */
  headers(request) {
    const text = JSON.stringify(request);
    if (text !== this.#request) {
      this.#request = text;
      // Not randomUUID: browsers have that for https and localhost alone.
      this.#key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
    }
    return { 'Idempotency-Key': this.#key };
  }

  /** What is sent from now on is meant anew, even if it is the same. */
  renew() {
    this.#request = '';
  }
}
