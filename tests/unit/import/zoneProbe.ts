/** Stages files with local times in whatever zone the process has, and prints what came of them; run by times.test.ts. */
import { quietContext } from '../../../src/lib/core/base/run';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { TimeZone } from '../../../src/lib/core/schema/parse/timeZone';
import type { Mapping } from '../../../src/lib/core/schema/roles';
import { stageFile } from '../../../src/lib/core/schema/staging/stageFile';
import { eventsOf } from './presetSupport';
import { fileOf } from './support';

// Clocks go forward on 29 March and back on 25 October.
const local = ['2026-03-29 02:30:00', '2026-03-29 03:30:00', '2026-10-25 02:30:00', '2026-07-01 00:00:00'];
const files: { name: string; times: string[]; mapping: Partial<Mapping> }[] = [
  { name: 'berlin', times: local, mapping: { timeZone: 'Europe/Berlin' } },
  { name: 'plan', times: local, mapping: {} },
  { name: 'serial', times: ['46143', '46143.354166667'], mapping: { timeZone: 'Europe/Berlin' } },
  { name: 'offset', times: ['2026-09-03 10:14:00 -0400', '2026-09-03T14:14:00Z'], mapping: { timeZone: 'Europe/Berlin' } },
];

const events: { file: string; ts: string }[] = [];
const previews: unknown[] = [];
for (const { name, times, mapping } of files) {
  const file = fileOf(`user,item,time\n${times.map((time, i) => `u${i},tea,${time}`).join('\n')}\n`);
  const preview = await inspectSource(file);
  previews.push([preview.mapping, preview.readings, preview.columns]);
  const options = { sourceId: name, zone: new TimeZone('Asia/Shanghai'), currency: 'CNY', run: quietContext() };
  const { source } = await stageFile(file, { ...preview.mapping, ...mapping }, options);
  for (const { ts } of eventsOf(source)) events.push({ file: name, ts: String(ts) });
}
console.log(JSON.stringify({ offset: new Date(2026, 6, 1).getTimezoneOffset(), events, preview: previews }));
