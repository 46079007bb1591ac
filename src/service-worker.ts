/// <reference types="@sveltejs/kit" />
/// <reference lib="webworker" />
/**
 * Two jobs. It adds the headers that threads need to whatever this site answers, for hosts that cannot send them. And
 * it keeps the app for offline use: the pages and scripts of this version at once, engines and data sets when they
 * were first used.
 */
import { build, files, prerendered, version } from '$service-worker';
import { headersFor } from '../scripts/isolation-headers.mjs';

const worker = self as unknown as ServiceWorkerGlobalScope;
const cacheName = `muster-${version}`;
/** Versions kept: a tab of the one before still asks for its own chunks. */
const versionsKept = 2;

/** Engines are tens of megabytes: they are kept once somebody needed them. */
const isLight = (path: string) => !/\.(wasm|gz|bin|arrow|zip)$/.test(path);
const isImmutable = (path: string) => path.includes('/_app/immutable/');
const atOnce = [...build, ...files, ...prerendered].filter((path) => isLight(path) && !path.endsWith('/_headers'));

worker.addEventListener('install', (event) => {
  event.waitUntil(keep().then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOldVersions().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== location.origin || request.headers.has('range')) return;
  // The browser's own cache answers such a request or nobody does.
  if (request.cache === 'only-if-cached' && request.mode !== 'same-origin') return;
  event.respondWith(answer(request, address.pathname));
});

async function answer(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(cacheName);
  if (isImmutable(path)) {
    const kept = (await cache.match(request.url)) ?? (await caches.match(request.url));
    if (kept) return withHeaders(kept, path);
  }
  try {
    const response = await fetch(request);
    if (response.ok && response.type === 'basic' && (isImmutable(path) || request.mode === 'navigate')) {
      await cache.put(request.mode === 'navigate' ? path : request.url, response.clone()).catch(() => {});
    }
    return withHeaders(response, path);
  } catch (error) {
    const kept = await cache.match(path, { ignoreSearch: true });
    if (kept) return withHeaders(kept, path);
    throw error;
  }
}

/** A redirect that the browser must follow itself has no readable headers: it passes as it is. */
function withHeaders(response: Response, path: string): Response {
  if (response.status === 0 || response.type === 'opaqueredirect') return response;
  const headers = new Headers(response.headers);
  const isPage = headers.get('content-type')?.startsWith('text/html');
  for (const [name, value] of Object.entries(headersFor(isPage ? '/' : path))) headers.set(name, value);
  return new Response([204, 304].includes(response.status) ? null : response.body, {
    status: response.status,
    statusText: response.statusText,
    headers,
  });
}

/** What the last version holds under the same immutable name is not fetched again. */
async function keep(): Promise<void> {
  const cache = await caches.open(cacheName);
  await Promise.all(
    atOnce.map(async (path) => {
      const kept = isImmutable(path) ? await caches.match(path) : undefined;
      if (kept) await cache.put(path, kept);
      else {
        const response = await fetch(path, { cache: 'no-cache' });
        if (response.ok) await cache.put(path, response);
      }
    }),
  );
}

async function dropOldVersions(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith('muster-')).sort();
  const others = names.filter((name) => name !== cacheName);
  await Promise.all(others.slice(0, Math.max(0, others.length + 1 - versionsKept)).map((name) => caches.delete(name)));
}
