import { expect, it } from 'vitest';

it('runs cross-origin isolated, so that threads are tested', () => {
  expect(crossOriginIsolated).toBe(true);
  expect(new SharedArrayBuffer(8).byteLength).toBe(8);
});
