import { reasonWords } from './reasonWords';

/** `tfjs wasm (why not a faster one)` → `tfjs wasm`. */
export function backendName(backend: string): string {
  const at = backend.indexOf(' (');
  return at < 0 ? backend : backend.slice(0, at);
}

/** The part in brackets, or nothing. */
export function reasonOf(backend: string): string {
  const at = backend.indexOf(' (');
  return at < 0 ? '' : reasonWords(backend.slice(at + 2).replace(/\)$/, ''));
}
