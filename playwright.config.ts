import { defineConfig } from 'playwright/test';
import { chromiumArguments, chromiumPath } from './scripts/chromium.mjs';
import { freePort } from './scripts/free-port.mjs';

// The configuration is read again in every worker: the first one chooses, the others inherit its choice.
process.env.MUSTER_TEST_PORT ??= String(await freePort());
const port = Number(process.env.MUSTER_TEST_PORT);

/** Journeys through the built app, as `npm start` serves it. Run `npm test -- journeys`, or build first. */
export default defineConfig({
  testDir: 'tests/journeys',
  // Two cores: a journey mostly waits for one of them, and its own engines for each other.
  workers: 2,
  fullyParallel: true,
  timeout: 300_000,
  expect: { timeout: 60_000 },
  reporter: [['list'], ['json']],
  outputDir: 'test-results',
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    viewport: { width: 1280, height: 800 },
    launchOptions: { executablePath: chromiumPath, args: [...chromiumArguments] },
    // A missing control fails its step, not the whole journey's time.
    actionTimeout: 60_000,
    trace: 'off',
    screenshot: 'off',
  },
  webServer: {
    command: `node scripts/start.mjs --no-open --port ${port}`,
    url: `http://127.0.0.1:${port}`,
    reuseExistingServer: false,
    timeout: 180_000,
  },
});
