/** A small static server for the built site: right types, isolation headers, ranges, gzip kept in memory. */
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { headersFor } from './isolation-headers.mjs';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};
const compressed = new Set(['.html', '.js', '.css', '.json', '.svg', '.wasm']);
/** On localhost the wire is free and compressing is not: only what is asked for at every start is kept gzipped. */
const mostGzippedBytes = 2_000_000;

/**
 * Serves a folder on 127.0.0.1 and resolves with its address. A port that is taken is replaced by a free one; 0 takes
 * any free one.
 */
export function listen(folder, port, wants = {}) {
  const gzipped = new Map();
  const server = createServer((request, response) => serve(folder, gzipped, request, response, wants.headers ?? headersFor));
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      server.listen(0, '127.0.0.1', done);
    });
    server.listen(port, '127.0.0.1', done);
    function done() {
      wants.onserver?.(server);
      resolve(`http://127.0.0.1:${server.address().port}/`);
    }
  });
}

function serve(folder, gzipped, request, response, headers) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, 'Only GET and HEAD.');
  let path;
  try {
    path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
  } catch {
    return end(response, 400, 'The address is not well formed.');
  }
  let file = normalize(join(folder, path));
  if (file !== folder && !file.startsWith(folder + sep)) return end(response, 403, 'Outside the site.');
  if (existsSync(file) && statSync(file).isDirectory()) {
    if (!path.endsWith('/')) {
      response.writeHead(308, { Location: `${path}/${new URL(request.url, 'http://localhost').search}` });
      return response.end();
    }
    file = join(file, 'index.html');
  }
  if (!existsSync(file)) return end(response, 404, 'There is no such page.');

  const { size } = statSync(file);
  const extension = extname(file);
  for (const [name, value] of Object.entries(headers(extension === '.html' ? '/' : path))) response.setHeader(name, value);
  response.setHeader('Content-Type', types[extension] ?? 'application/octet-stream');
  response.setHeader('Cache-Control', path.includes('/_app/immutable/') ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('Accept-Ranges', 'bytes');

  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
  if (range && (range[1] || range[2])) {
    const start = range[1] ? Number(range[1]) : Math.max(0, size - Number(range[2]));
    const last = range[1] && range[2] ? Math.min(size - 1, Number(range[2])) : size - 1;
    if (start > last || start >= size) {
      response.writeHead(416, { 'Content-Range': `bytes */${size}` });
      return response.end();
    }
    response.writeHead(206, { 'Content-Range': `bytes ${start}-${last}/${size}`, 'Content-Length': last - start + 1 });
    return request.method === 'HEAD' ? response.end() : createReadStream(file, { start, end: last }).pipe(response);
  }

  if (compressed.has(extension) && size <= mostGzippedBytes && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
    const key = `${file}|${statSync(file).mtimeMs}`;
    if (!gzipped.has(key)) gzipped.set(key, gzipSync(readFileSync(file)));
    const body = gzipped.get(key);
    response.writeHead(200, { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding', 'Content-Length': body.length });
    return response.end(request.method === 'HEAD' ? undefined : body);
  }
  response.writeHead(200, { 'Content-Length': size });
  if (request.method === 'HEAD') return response.end();
  createReadStream(file).pipe(response);
}

function end(response, status, sentence) {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(sentence);
}
