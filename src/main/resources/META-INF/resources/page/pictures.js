/** Pictures of frames: few at a time, since the node makes each, and what was asked for last comes first. */
import { pause } from './api.js';
import { session } from './session.js';

const AT_ONCE = 3;
const KEPT = 200;
const MOST_WAITING = 60;
const TRIES = 5;
/** One that hangs must not hold up the others for good, in milliseconds. */
const PATIENCE = 60000;

const known = new Map();
const waiting = [];
/** What is looked at, and does not wait for the small ones beside it. */
const urgent = [];
let under = 0;

/** Where a picture of a frame is, not much larger than so many pixels; another version is another picture. */
export function address(job, number, pixels, version = '') {
  const size = [192, 320, 640, 960, 1280, 1920].find((side) => side >= pixels) ?? 1920;
  return `/job/${job}/frame/${number}?size=${size}${version ? `&at=${encodeURIComponent(version)}` : ''}`;
}

/** An image of its own for each who asks, decoded; rejected where there is none. */
export async function picture(url, first = false) {
  const image = new Image();
  image.alt = '';
  image.src = URL.createObjectURL(await fetched(url, first));
  try {
    await image.decode();
  } finally {
    URL.revokeObjectURL(image.src);
  }
  return image;
}

/** Has it there when it is asked for. */
export function prepare(url) {
  fetched(url).catch(() => {});
}

function fetched(url, first = false) {
  let promise = known.get(url);
  if (promise) {
    known.delete(url);
  } else {
    promise = new Promise((done, failed) => (first ? urgent : waiting).push({ url, done, failed }));
    promise.catch(() => known.delete(url));
    // Who scrolls past a thousand frames wants those at which they stop.
    if (waiting.length > MOST_WAITING) waiting.shift().failed(new Error('no longer wanted'));
    next();
  }
  known.set(url, promise);
  if (known.size > KEPT) known.delete(known.keys().next().value);
  return promise;
}

function next() {
  while (under < AT_ONCE && urgent.length + waiting.length > 0) {
    const wish = urgent.pop() ?? waiting.pop();
    under++;
    load(wish.url)
      .then(wish.done, wish.failed)
      .finally(() => {
        under--;
        next();
      });
  }
}

/** Where the node is busy with others' pictures it says when to ask again. */
async function load(url) {
  for (let tries = 1; ; tries++) {
    const answer = await fetch(url, { headers: { Accept: 'image/*' }, signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok) return await answer.blob();
    if (answer.status === 401) session.look().catch(() => {});
    if (answer.status !== 503 || tries === TRIES) throw new Error(`${answer.status}`);
    await pause(1000 * (Number(answer.headers.get('Retry-After')) || 2));
  }
}
