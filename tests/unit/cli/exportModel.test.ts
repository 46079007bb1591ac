import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { UserError } from '$lib/core/base/errors';
import { createRunContext } from '$lib/core/base/run';
import { parseArguments } from '../../../src/cli/arguments';
import { commands } from '../../../src/cli/commands';
import { teaShopCsv, teaShopPlan } from '../../support/teaShop';

const folder = mkdtempSync(join(tmpdir(), 'muster-model-'));
beforeAll(() => {
  writeFileSync(join(folder, 'orders.csv'), teaShopCsv());
  writeFileSync(join(folder, 'plan.yaml'), teaShopPlan);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The command in this process: starting one takes longer than all that it does here. */
async function muster([name, ...words]: string[]): Promise<{ code: number; stdout: string; stages: string[]; said: string }> {
  const command = commands.find((each) => each.name === name)!;
  const printed: string[] = [];
  const stages = new Set<string>();
  const io = {
    print: (line: string) => void printed.push(line),
    note: () => {},
    run: createRunContext(new AbortController().signal, ({ stage, done }) => void (done > 0 && stages.add(stage))),
    path: (given: string) => join(folder, given),
  };
  try {
    return { code: await command.run(parseArguments(command, words), io), stdout: printed.join('\n'), stages: [...stages], said: '' };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { code: 2, stdout: '', stages: [...stages], said: `${error.message} ${error.hint}` };
  }
}

it('keeps what it trained, and another run lists by those weights without training', async () => {
  const first = await muster(['run', 'plan.yaml', '--out', 'first', '--keep-models', 'models']);
  expect([first.code, first.stages.includes('train:tastes')]).toEqual([0, true]);
  expect(readdirSync(join(folder, 'models'))).toEqual(['tastes.zip']);
  const given = teaShopPlan.replace(/(id: tastes,? ?)/, '$1weights: tastes, ');
  writeFileSync(join(folder, 'given.yaml'), given);
  const second = await muster(['run', 'given.yaml', '--out', 'second', '--models', 'models']);
  expect([second.code, second.stages.includes('train:tastes')]).toEqual([0, false]);
  expect(readFileSync(join(folder, 'second/loyal-picks.csv'), 'utf8')).toBe(readFileSync(join(folder, 'first/loyal-picks.csv'), 'utf8'));
  const { code, said } = await muster(['run', 'given.yaml', '--out', 'third', '--models', '.']);
  expect([code, said]).toEqual([2, expect.stringContaining('neither tastes.zip nor tastes.npz')]);
}, 120_000);

it('writes a model in every form, or says why not', async () => {
  const { code, stdout } = await muster([
    'export-model',
    'plan.yaml',
    '--model',
    'tastes',
    '--out',
    'tastes.zip',
    '--without-customers',
    '--json',
  ]);
  expect(code).toBe(0);
  const members = Object.keys(unzipSync(readFileSync(join(folder, 'tastes.zip'))));
  expect(JSON.parse(stdout)).toMatchObject({ algorithm: 'ials', files: members });
  expect(members).toEqual(expect.arrayContaining(['MODEL_CARD.md', 'model.npz', 'recommend.py', 'tfjs/model.json']));
  const unknown = await muster(['export-model', 'plan.yaml', '--model', 'nobody', '--out', 'x.zip']);
  expect([unknown.code, unknown.said]).toEqual([2, expect.stringContaining('Choose one of: tastes.')]);
}, 120_000);
