import type { RunContext } from '../../src/lib/core/base/run';
import type { FileSource } from '../../src/lib/core/schema/files';
import { inspectSource } from '../../src/lib/core/schema/inspect/inspectSource';
import type { StageHelpers } from '../../src/lib/core/schema/staging/stageInParallel';
import { importSource } from '../../src/lib/core/store/dataset';
import type { TableStore } from '../../src/lib/core/store/tableStore';

/** One import as the workbench does it, from the file to canonical tables, and what it made; the engine is running already. */
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
  const gaps: Pause[] = [];
  const watched: RunContext = {
    ...run,
    report: (progress) => {
      noteIfLong(gaps, stage, started, last);
      lap(progress.stage);
    },
  };
  // Whoever cancels posts a message, which is heard when nothing else runs: just as a timer is.
  const blocks: Pause[] = [];
  let lastTick = started;
  const timer = setInterval(() => {
    noteIfLong(blocks, stage, started, lastTick);
    lastTick = performance.now();
  }, tickMs);
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
  noteIfLong(gaps, stage, started, last);
  lap('done');
  clearInterval(timer);
  const measured = {
    engineMegabytes: ((await store.memoryBytes()) ?? 0) / 1e6,
    seconds: (performance.now() - started) / 1000,
    rows: report.rowsKept,
    dataHash: version.facts.dataHash,
    stages,
    /** Seconds between two reports of progress. */
    longestGap: longestOf(gaps),
    /** Seconds in which the thread heard no message, so that a cancel would have waited. */
    longestBlock: longestOf(blocks),
    gaps: longest(gaps),
    blocks: longest(blocks),
  };
  return { measured, version };
}

/** A time in which nothing was told, or heard; when it began, in seconds since the start. */
interface Pause {
  seconds: number;
  at: number;
  stage: string;
}

const tickMs = 10;
const shownPauses = 6;

function noteIfLong(pauses: Pause[], stage: string, started: number, since: number): void {
  const seconds = (performance.now() - since) / 1000;
  if (seconds > 0.05) pauses.push({ seconds, at: (since - started) / 1000, stage });
}

function longest(pauses: Pause[]): Pause[] {
  return [...pauses].sort((a, b) => b.seconds - a.seconds).slice(0, shownPauses);
}

function longestOf(pauses: Pause[]): number {
  return Math.max(0, ...pauses.map(({ seconds }) => seconds));
}
