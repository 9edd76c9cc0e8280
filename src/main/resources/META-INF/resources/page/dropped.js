/** A file that was dropped onto the page, until the form takes it. */
class Dropped extends EventTarget {
  #file = null;

  take(file) {
    this.#file = file;
    this.dispatchEvent(new Event('change'));
  }

  give() {
    const file = this.#file;
    this.#file = null;
    return file;
  }
}

export const dropped = new Dropped();
