import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openFile } from '../../src/lib/platform/node/files';
import { nodeStageHelpers } from '../../src/lib/platform/node/stageHelpers';
import { stageHelpersContract } from './stageHelpers';

const folder = mkdtempSync(join(tmpdir(), 'muster-parts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

stageHelpersContract('threads of Node', nodeStageHelpers(3), (text) => {
  const path = join(folder, `${files++}.csv`);
  writeFileSync(path, text);
  return openFile(path);
});
