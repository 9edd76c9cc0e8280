/** Lists of frames, as requests and jobs write them: 1-10,15,20-40x5. */
const PART = /^\s*(-?\d+)\s*(?:-\s*(-?\d+)\s*(?:x\s*(\d+))?)?\s*$/;
const MOST = 200000;

/** The frames of such a list, in order, each once; null where it is none. */
export function parse(text) {
  const found = new Set();
  for (const part of text.split(',')) {
    const match = PART.exec(part);
    if (!match) return null;
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : Number(match[2]);
    const step = match[3] === undefined ? 1 : Number(match[3]);
    if (to < from || step < 1 || (to - from) / step + found.size > MOST) return null;
    for (let frame = from; frame <= to; frame += step) found.add(frame);
  }
  return Int32Array.from(found).sort();
}

/** Numbers as such a list. */
export function write(numbers) {
  const parts = [];
  for (let i = 0; i < numbers.length; ) {
    let end = i;
    while (end + 1 < numbers.length && numbers[end + 1] === numbers[end] + 1) end++;
    parts.push(end > i ? `${numbers[i]}-${numbers[end]}` : `${numbers[i]}`);
    i = end + 1;
  }
  return parts.join(',');
}

/** Where a number stands in a sorted list, or where it would. */
export function place(numbers, number) {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
