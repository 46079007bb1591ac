import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import type { Manifest } from '$lib/core/exports/types';
import { readPlan } from '$lib/core/plan/read';
import { openFile } from '$lib/platform/node/files';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { exportWorkspace } from '$lib/work/keeping';
import { openPlan } from '$lib/work/openPlan';
import { memorySnapshots } from '../../support/memorySnapshots';
import { teaShopCsv, teaShopPlan } from '../../support/teaShop';
import { muster } from './muster';

const folder = mkdtempSync(join(tmpdir(), 'muster-test-'));
const put = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};
afterAll(() => rmSync(folder, { recursive: true }));

interface Summary extends Manifest {
  out: string;
  manifest: never;
  members: Record<string, number>;
  listRows: Record<string, number>;
  sources: { rowsRead: number; rowsRejected: number }[];
  seconds: Record<string, number>;
}

describe('muster run', () => {
  let summary: Summary;
  beforeAll(async () => {
    put('orders.csv', teaShopCsv());
    put('plan.yaml', teaShopPlan);
    const { code, stdout, stderr } = await muster(['run', 'plan.yaml', '--out', 'files', '--json'], folder);
    expect(stderr).toContain('training tastes');
    expect(code).toBe(0);
    summary = JSON.parse(stdout) as Summary;
  }, 120_000);

  it('writes the files that the plan names, with plan and manifest', () => {
    expect(readdirSync(join(folder, 'files')).sort()).toEqual([
      'loyal-mail.csv',
      'loyal-mail.parquet',
      'loyal-picks.csv',
      'loyal-picks.jsonl',
      'loyal-picks.parquet',
      'manifest.json',
      'plan.json',
    ]);
    expect(summary.sources).toMatchObject([{ rowsRead: 241, rowsRejected: 1 }]);
    const [header, ...members] = readFileSync(join(folder, 'files/loyal-mail.csv'), 'utf8').trimEnd().split('\n');
    expect(header).toBe('user,orders,revenue,favoriteItem');
    expect(members).toHaveLength(summary.members['loyal-mail']);
    expect(members[0]).toMatch(/^00\d\d,/);
  });

  it('writes the same from a workspace that was saved as a file', async () => {
    const desk = new Desk({ ...nodePlatform({ threads: 1 }), snapshots: memorySnapshots() });
    const run = quietContext();
    const { plan } = readPlan(teaShopPlan, 'plan.yaml');
    await openPlan(desk, plan, (name) => openFile(join(folder, name)), run);
    const { file, fileName } = await exportWorkspace(desk, desk.state.entry.id, run);
    expect(fileName).toBe('Tea_shop.muster');
    writeFileSync(join(folder, fileName), new Uint8Array(await file!.arrayBuffer()));
    await desk.close();
    await (await desk.store()).close();

    const { code, stdout, stderr } = await muster(['run', fileName, '--out', 'from-workspace', '--json'], folder);
    expect([stderr.match(/^muster: .*(error|refused).*$/m), code]).toEqual([null, 0]);
    const { members, listRows } = JSON.parse(stdout) as Summary;
    expect({ members, listRows }).toEqual({ members: summary.members, listRows: summary.listRows });
    for (const name of ['loyal-mail.csv', 'loyal-picks.csv'])
      expect(readFileSync(join(folder, 'from-workspace', name), 'utf8')).toBe(readFileSync(join(folder, 'files', name), 'utf8'));

    writeFileSync(join(folder, 'half.muster'), readFileSync(join(folder, fileName)).subarray(0, 5000));
    const half = await muster(['run', 'half.muster', '--out', 'nothing'], folder);
    expect([half.code, half.stderr]).toEqual([2, expect.stringContaining('half.muster is not whole')]);
  }, 120_000);

  it('counts and hashes what it wrote', () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'files/manifest.json'), 'utf8')) as Manifest;
    for (const file of manifest.files) {
      const bytes = readFileSync(join(folder, 'files', file.name));
      expect(file).toMatchObject({ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    }
    expect(manifest.audiences[0].steps.map(({ step }) => step)).toEqual(['everyone', 'segment', 'top']);
    expect(manifest.lists[0].rows).toBe(summary.listRows['loyal-picks']);
    expect(manifest.asOf).toBe('2026-03-02T00:00:00');
  });

  it('recommends each member what they have not bought, best first', () => {
    const bought = new Set(
      teaShopCsv()
        .split('\n')
        .map((line) => line.split(',').slice(0, 2).join(',')),
    );
    const rows = readFileSync(join(folder, 'files/loyal-picks.csv'), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter(([user, , item]) => bought.has(`${user},${item}`))).toEqual([]);
    for (let i = 1; i < rows.length; i++) {
      const [before, here] = [rows[i - 1], rows[i]];
      if (here[0] === before[0] && here[6] === before[6]) expect(Number(here[3])).toBeLessThanOrEqual(Number(before[3]));
    }
  });

  it('gives the same bytes again, on one thread', async () => {
    const again = await muster(['run', 'plan.yaml', '--out', 'again', '--threads', '1'], folder);
    expect(again.code).toBe(0);
    for (const { name, sha256 } of summary.files) {
      expect([
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, 'again', name)))
          .digest('hex'),
      ]).toEqual([name, sha256]);
    }
    expect(readFileSync(join(folder, 'again/plan.json'))).toEqual(readFileSync(join(folder, 'files/plan.json')));
  });

  it('does not touch a folder that holds something; forced, it takes away only what it wrote itself', async () => {
    const refused = await muster(['run', 'plan.yaml', '--out', 'files'], folder);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('is not empty. Give another one with --out, or --force');
    put('files/mine.txt', 'keep me');
    const foreign = await muster(['run', 'plan.yaml', '--out', 'files', '--force'], folder);
    expect(foreign.code).toBe(2);
    expect(foreign.stderr).toContain('holds what no earlier run of Muster wrote: mine.txt.');
    expect(existsSync(join(folder, 'files/mine.txt'))).toBe(true);
    rmSync(join(folder, 'files/mine.txt'));
    const forced = await muster(['run', 'plan.yaml', '--out', 'files', '--force'], folder);
    expect(forced.code).toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('takes options of exports, and says what each condition of a segment did', async () => {
    put('spreadsheet.yaml', teaShopPlan.replace(/destination: \[csv, parquet\] }\n[^]*/, 'destination: spreadsheet }\n'));
    const { code, stdout } = await muster(
      ['run', 'spreadsheet.yaml', '--out', 'sheets', '--set', 'spreadsheet.delimiter=semicolon', 'spreadsheet.rowsPerFile=10', '--json'],
      folder,
    );
    expect(code).toBe(0);
    const { exports, audiences } = JSON.parse(stdout) as Summary;
    expect(exports).toMatchObject([
      {
        audience: 'loyal-mail',
        destination: 'spreadsheet',
        options: { delimiter: 'semicolon', rowsPerFile: 10 },
        files: ['loyal-mail-spreadsheet-1.csv', 'loyal-mail-spreadsheet-2.csv'],
        rows: 15,
      },
    ]);
    expect(audiences[0].conditions[0]).toMatchObject({ condition: { trait: 'orders', atLeast: 6 }, holds: 23 });
    const file = readFileSync(join(folder, 'sheets/loyal-mail-spreadsheet-2.csv'), 'utf8');
    expect(file).toMatch(/^\uFEFFuser;orders;revenue;favoriteItem\r\n"=""00\d\d"""/);
    const refused = await muster(['run', 'spreadsheet.yaml', '--out', 'no', '--set', 'parquet.rowsPerFile=1'], folder);
    expect(refused.stderr).toContain('The plan exports to: spreadsheet.');
  });
});

describe('muster run refuses with one sentence and writes nothing', () => {
  const one = (changed: string): string => put('changed.yaml', changed);
  it.each([
    ['no plan', ['run', '--out', 'x'], 'run needs PLAN.'],
    ['no folder', ['run', 'plan.yaml'], 'run needs --out DIR.'],
    ['a missing plan', ['run', 'nowhere.yaml', '--out', 'x'], 'cannot be read: there is no such file.'],
    ['a plan that is no text', ['run', put('binary.yaml', '\0\u0001'), '--out', 'x'], 'is not'],
    ['a broken plan', ['run', put('broken.yaml', 'muster: 1\nname: [\n'), '--out', 'x'], 'is not readable as YAML or JSON at line'],
    [
      'a missing data file',
      ['run', one(teaShopPlan.replace('orders.csv', 'gone.csv')), '--out', 'x'],
      'gone.csv cannot be read: there is no such file.',
    ],
    [
      'an unknown segment',
      ['run', put('unknown.yaml', teaShopPlan.replace('from: loyal', 'from: royal')), '--out', 'x'],
      'audiences[0].from names the segment "royal"',
    ],
    [
      'a trait that the data does not have',
      ['run', put('trait.yaml', teaShopPlan.replace('trait: orders', 'trait: horoscope')), '--out', 'x'],
      'There is no trait "horoscope".',
    ],
    ['nothing to export', ['run', put('nothing.yaml', teaShopPlan.replace(/exports:[^]*/, '')), '--out', 'x'], 'The plan exports nothing.'],
    ['half a thread', ['run', 'plan.yaml', '--out', 'x', '--threads', '0.5'], '--threads takes a whole number'],
    ['a file as folder', ['run', 'plan.yaml', '--out', 'orders.csv'], 'is a file, not a folder.'],
  ])('%s', async (_, words, sentence) => {
    const { code, stdout, stderr } = await muster(words, folder);
    const said = stderr.split('\n').filter((line) => line.startsWith('muster:'));
    expect(said.join('\n')).toContain(sentence);
    expect([code, stdout, said.length]).toEqual([2, '', 1]);
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });

  it('Ctrl-C ends a run cleanly', async () => {
    put('slow.yaml', teaShopPlan.replace('options: { factors: 8, epochs: 4 }', 'options: { factors: 64, epochs: 1000 }'));
    let sent = 0;
    const { code, stderr } = await muster(['run', 'slow.yaml', '--out', 'slow'], folder, (text, kill) => {
      if (sent++ === 0 && text.includes('training')) kill('SIGINT');
      else if (!text.includes('training')) sent = 0;
    });
    expect([code, stderr.split('\n').at(-2)]).toEqual([130, 'muster: cancelled, nothing was written.']);
    expect(existsSync(join(folder, 'slow'))).toBe(false);
  });
});

describe('muster run of a plan that says who is one person', () => {
  const till = [1, 2, 3, 4, 5, 6].map((n) => `till-${n},,030 1234567,tea,buy,2026-02-0${n} 12:00,9.90,t${n}\n`).join('');
  const orders = `user_id,email,phone,item_id,event,time,price,order_id\nweb-1,Ann@X.org,,tea,buy,2026-02-01 12:00,9.90,o1\napp-1,,0170 5550012,cup,buy,2026-02-02 12:00,4,o2\n${till}`;
  const members =
    'user_id,email,phone,city,updated_at\nann,ann@x.org,,Berlin,2026-01-01\nann-2,ann@x.org,,Hamburg,2026-03-01\nbo,bo@x.org,+49 170 5550012,Rome,2026-01-01\n';
  const plan = (merge: string) => `muster: 1
name: Who is who
timeZone: Europe/Berlin
currency: EUR
identity: { merge: ${merge}, country: DE }
survivorship: { city: first }
sources:
  - { id: members, files: [members.csv] }
  - { id: orders, files: [who.csv] }
audiences: [{ id: all, from: everyone, columns: [city, orders] }]
exports: [{ audience: all, destination: csv }]
`;

  it('merges them, chooses their values, and says how many they are and what was shared by too many', async () => {
    put('who.csv', orders);
    put('members.csv', members);
    put('who.yaml', plan('[{ kind: email }, { kind: phone }, { kind: device }]'));
    const { code, stdout, stderr } = await muster(['run', 'who.yaml', '--out', 'who'], folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/people +11 ids are 8 people; 2 of them have several ids/);
    expect(stderr).toContain('muster: identity: no file has ids of the kind "device".');
    expect(stderr).toContain('1 of kind "phone" are shared by more than 5 ids and merge nobody, such as "030 1234567" with 6.');
    const rows = readFileSync(join(folder, 'who/all.csv'), 'utf8').trimEnd().split('\n');
    expect(rows.slice(0, 3)).toEqual(['user,city,orders', 'ann,Berlin,1', 'app-1,Rome,1']);
    expect(rows).toHaveLength(9);
  });

  it('says nothing of people where the plan merges nobody', async () => {
    put('apart.yaml', plan('[]'));
    const { code, stdout } = await muster(['run', 'apart.yaml', '--out', 'apart', '--json'], folder);
    expect(code).toBe(0);
    const summary = JSON.parse(stdout) as Summary & { people?: unknown };
    expect([summary.people, summary.members.all]).toEqual([undefined, 11]);
  });
});
