/** Sends a scene to the node, and tells how far it is: fetch cannot, so it is done the old way. */
import { Problem } from './api.js';

export const pathAddress = (path) => `/scene/${path.split('/').map(encodeURIComponent).join('/')}`;

/**
 * The scene as the node has it then.
 *
 * @param {File} file the .blend
 * @param {string} path its place in the blend folder
 * @param {boolean} replace whether one that is there already may go
 * @param {(share: number) => void} told how much of it is sent, 0 to 1
 * @param {AbortSignal} signal ends it
 */
export function upload(file, path, replace, told, signal) {
  return new Promise((done, failed) => {
    const stopped = () => new Problem(0, 'The scene was not sent.');
    if (signal?.aborted) {
      failed(stopped());
      return;
    }
    const request = new XMLHttpRequest();
    request.open('PUT', pathAddress(path));
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('Accept', 'application/json');
    if (!replace) request.setRequestHeader('If-None-Match', '*');
    request.upload.onprogress = (event) => event.lengthComputable && told(event.loaded / event.total);
    request.onload = () => {
      const answer = read(request.responseText);
      if (request.status < 300) done(answer);
      else failed(new Problem(request.status, answer.title, Number(request.getResponseHeader('Retry-After')) || 0));
    };
    request.onerror = () => failed(new Problem(0, 'The connection broke while the scene was sent: send it again.'));
    request.onabort = () => failed(stopped());
    signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
