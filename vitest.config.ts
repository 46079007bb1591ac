import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumArguments, chromiumPath } from './scripts/chromium.mjs';
import { messagesTogether } from './scripts/messages-together.mjs';
import { isolationHeaders } from './scripts/isolation-headers.mjs';
import { prebundled } from './scripts/prebundled.mjs';

const alias = [messagesTogether, { find: '$lib', replacement: fileURLToPath(new URL('./src/lib', import.meta.url)) }];

/** Real published data lies beside the checkout; tests that need it skip with a message where it is missing. */
export const sharedData = fileURLToPath(new URL('../shared/data', import.meta.url));

/**
 * A limit ends what hangs; it asserts no speed. A machine that others use may stand still for a minute, so what ran
 * out of time (and only that) is tried once more.
 */
const patience = { testTimeout: 180_000, hookTimeout: 180_000, retry: { count: 1, condition: /timed out/ } };

export default defineConfig({
  test: {
    // The default leaves one core to a person who waits; with two that is half of them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'node',
          include: ['tests/unit/**/*.test.ts', 'tests/contracts/**/*.node.test.ts'],
          ...patience,
          // Engines and tfjs are loaded once a worker, not once a file: a fifth of the time. No test changes a global for good.
          isolate: false,
        },
      },
      {
        plugins: [svelte()],
        resolve: { alias, conditions: ['browser'] },
        server: { headers: isolationHeaders },
        optimizeDeps: { exclude: ['@duckdb/duckdb-wasm', 'jieba-wasm', 'parquet-wasm'], include: prebundled },
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts', 'tests/contracts/**/*.browser.test.ts', 'tests/components/**/*.test.ts'],
          ...patience,
          // One file at a time: the machines have two cores, and engines start in every file.
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              // A missing control fails its line, not the whole test's time.
              actionTimeout: 60_000,
              launchOptions: { executablePath: existsSync(chromiumPath) ? chromiumPath : undefined, args: [...chromiumArguments] },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
