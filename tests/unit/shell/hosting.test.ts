import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { contentPolicy, isolationHeaders } from '../../../scripts/isolation-headers.mjs';
import { listen } from '../../../scripts/serve.mjs';

let folder: string;
let address: string;
let server: Server;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-site-'));
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'index.html'), '<h1>Muster</h1>');
  writeFileSync(join(folder, 'data', 'index.html'), '<h1>Data</h1>');
  writeFileSync(join(folder, 'kernels.wasm'), Buffer.from('0123456789'));
  writeFileSync(`${folder}-secret.txt`, 'not part of the site');
  address = await listen(folder, 0, { onserver: (opened: Server) => (server = opened) });
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
  rmSync(`${folder}-secret.txt`);
});

it('serves pages with the headers that threads need', async () => {
  const page = await get('/');
  expect(page.status).toBe(200);
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  for (const [name, value] of Object.entries(isolationHeaders)) expect(page.headers[name.toLowerCase()]).toBe(value);
  expect((await get('/data/')).body.toString()).toContain('Data');
});

it('sends kernels as application/wasm, whole, in part and gzipped', async () => {
  const whole = await get('/kernels.wasm');
  expect(whole.headers['content-type']).toBe('application/wasm');
  expect(whole.headers['content-security-policy']).toBe(contentPolicy.script);
  const part = await get('/kernels.wasm', { range: 'bytes=2-4' });
  expect([part.status, part.body.toString(), part.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10']);
  expect((await get('/kernels.wasm', { range: 'bytes=-3' })).body.toString()).toBe('789');
  expect((await get('/kernels.wasm', { range: 'bytes=20-' })).status).toBe(416);
  const packed = await get('/kernels.wasm', { 'accept-encoding': 'gzip' });
  expect(gunzipSync(packed.body).toString()).toBe('0123456789');
});

it('gives nothing from outside the site', async () => {
  const name = folder.split('/').at(-1);
  for (const path of [`/../${name}-secret.txt`, `/..%2f${name}-secret.txt`, '/%2e%2e/%2e%2e/etc/passwd']) {
    expect([403, 404]).toContain((await get(path)).status);
  }
  expect((await get('/no-such-page')).status).toBe(404);
  expect((await get('/%E0%A4%A')).status).toBe(400);
});

it('takes a free port where the wanted one is taken', async () => {
  const port = Number(new URL(address).port);
  let second: Server | undefined;
  const other = await listen(folder, port, { onserver: (opened: Server) => (second = opened) });
  expect(Number(new URL(other).port)).not.toBe(port);
  second!.close();
});

it('writes the same headers into static/_headers, for hosts that read it', () => {
  const file = readFileSync('static/_headers', 'utf8');
  for (const [name, value] of Object.entries(isolationHeaders)) expect(file).toContain(`${name}: ${value}`);
  expect(file).toContain(`Content-Security-Policy: ${contentPolicy.script}\n`);
});

/** Plain http: fetch would mend the path before sending it. */
function get(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }));
    })
      .on('error', reject)
      .end();
  });
}
