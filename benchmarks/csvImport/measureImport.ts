import type { RunContext } from '../../src/lib/core/base/run';
import type { FileSource } from '../../src/lib/core/schema/files';
import { inspectSource } from '../../src/lib/core/schema/inspect/inspectSource';
import type { StageHelpers } from '../../src/lib/core/schema/staging/stageInParallel';
import { importSource } from '../../src/lib/core/store/dataset';
import type { TableStore } from '../../src/lib/core/store/tableStore';

/** One import as the workbench does it, from the file to canonical tables; the engine is running already. */
export async function measureImport(store: TableStore, file: FileSource, helpers: StageHelpers, run: RunContext) {
  const { mapping } = await inspectSource(file);
  const stages: Record<string, number> = {};
  const started = performance.now();
  let last = started;
  let stage = 'read';
  const lap = (next: string) => {
    const now = performance.now();
    stages[stage] = (stages[stage] ?? 0) + (now - last) / 1000;
    last = now;
    stage = next;
  };
  let longestGap = 0;
  let longestBlock = 0;
  let lastBreath = started;
  const watched: RunContext = {
    ...run,
    report: (progress) => {
      longestGap = Math.max(longestGap, (performance.now() - last) / 1000);
      lap(progress.stage);
    },
    async breathe() {
      longestBlock = Math.max(longestBlock, (performance.now() - lastBreath) / 1000);
      await run.breathe();
      lastBreath = performance.now();
    },
  };
  const { version, report } = await importSource(store, null, {
    file,
    sourceId: 'events',
    mapping,
    mode: 'replace',
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    helpers,
    run: watched,
  });
  lap('done');
  return {
    engineMegabytes: ((await store.memoryBytes()) ?? 0) / 1e6,
    seconds: (performance.now() - started) / 1000,
    rows: report.rowsKept,
    dataHash: version.facts.dataHash,
    stages,
    /** Seconds between two reports of progress. */
    longestGap,
    /** Seconds between two moments at which a cancel would be heard; waiting counts, too. */
    longestBlock,
  };
}
