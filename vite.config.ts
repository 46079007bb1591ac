import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';
import { isolationHeaders } from './scripts/isolation-headers.mjs';
import { messagesTogether } from './scripts/messages-together.mjs';
import { prebundled } from './scripts/prebundled.mjs';

/** Threads need SharedArrayBuffer, and that needs these headers on every response. */
const crossOriginIsolation: Plugin = {
  name: 'cross-origin-isolation',
  configureServer: (server) => void server.middlewares.use(addHeaders),
  configurePreviewServer: (server) => void server.middlewares.use(addHeaders),
};

function addHeaders(_request: unknown, response: import('node:http').ServerResponse, next: () => void): void {
  for (const [name, value] of Object.entries(isolationHeaders)) response.setHeader(name, value);
  next();
}

export default defineConfig(({ command }) => ({
  plugins: [crossOriginIsolation, sveltekit()],
  worker: { format: 'es' },
  // A build has the messages one by one, so that a screen carries only its own.
  resolve: { alias: command === 'serve' ? [messagesTogether] : [] },
  // The shipped data sets lie beside src.
  server: { fs: { allow: ['datasets'] } },
  build: { target: 'es2022', chunkSizeWarningLimit: 1500 },
  // Pre-bundling would move the files that this package finds beside itself.
  optimizeDeps: { exclude: ['@duckdb/duckdb-wasm', 'jieba-wasm', 'parquet-wasm'], include: prebundled },
}));
