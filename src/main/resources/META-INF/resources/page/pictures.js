/** Pictures of frames: few at a time, since the node makes each, and the newest asked for first. */
import { pause } from './api.js';

const AT_ONCE = 3;
const KEPT = 160;
const TRIES = 4;

const known = new Map();
const waiting = [];
let under = 0;

/** Where a picture of a frame is, not much larger than so many pixels. */
export function address(job, number, pixels, version = '') {
  const size = [192, 320, 640, 960, 1280, 1920].find((side) => side >= pixels) ?? 1920;
  return `/job/${job}/frame/${number}?size=${size}${version ? `&at=${encodeURIComponent(version)}` : ''}`;
}

/** The picture, decoded; rejected where there is none, or nobody wants it any more. */
export function picture(url, signal) {
  let promise = known.get(url);
  if (promise) {
    known.delete(url);
  } else {
    promise = new Promise((done, failed) => waiting.push({ url, signal, done, failed }));
    promise.catch(() => known.delete(url));
    next();
  }
  known.set(url, promise);
  if (known.size > KEPT) known.delete(known.keys().next().value);
  return promise;
}

function next() {
  while (under < AT_ONCE && waiting.length > 0) {
    const wish = waiting.pop();
    if (wish.signal?.aborted) {
      wish.failed(new Error('no longer wanted'));
      continue;
    }
    under++;
    load(wish)
      .then(wish.done, wish.failed)
      .finally(() => {
        under--;
        next();
      });
  }
}

/** An answer that is no picture does not say why: the node may be busy with others'. */
async function load({ url, signal }) {
  for (let tries = 1; ; tries++) {
    const image = new Image();
    image.alt = '';
    image.src = url;
    try {
      await image.decode();
      return image;
    } catch (failure) {
      if (tries >= TRIES || signal?.aborted) throw failure;
      await pause(1500 * tries);
    }
  }
}
