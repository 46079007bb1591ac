/** Headers that make a page cross-origin isolated (and so allow threads). Shared by dev, preview and `npm start`. */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * What any response may do: talk to its own origin only. A page's scripts are held by the policy inside the page,
 * which knows the hash of its one inline script; but a worker's policy is that of its own response, so it is here.
 */
export const contentPolicy = {
  page: "connect-src 'self' blob: data:; object-src 'none'; base-uri 'self'; frame-ancestors 'self'",
  script: "default-src 'self'; script-src 'self' blob: 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self' blob: data:",
};

/** Every header of a built site's response, by its path. */
export function headersFor(path) {
  const isPage = path.endsWith('/') || path.endsWith('.html');
  return {
    ...isolationHeaders,
    'Content-Security-Policy': isPage ? contentPolicy.page : contentPolicy.script,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  };
}
