import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../../src/cli/commands';
import { musterVersion } from '$lib/core/base/version';
import { planVersion } from '$lib/core/plan/version';
import { muster } from './muster';

// The first run may prepare generated files, and says so.
beforeAll(() => muster(['--help']), 120_000);

describe('the command line', () => {
  it('lists every command, from any folder', async () => {
    const { code, stdout } = await muster(['--help'], tmpdir());
    expect(code).toBe(0);
    for (const command of commands) expect(stdout).toContain(`  ${command.name}`);
  });

  it.each(commands.map((command) => command.name))('explains %s', async (name) => {
    const { code, stdout, stderr } = await muster([name, '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Usage: muster ${name}`);
    for (const option of commands.find((command) => command.name === name)!.options) expect(stdout).toContain(`--${option.name}`);
  });

  it.each([
    [['dance'], 'There is no command "dance".'],
    [['models', 'tarot'], 'There is no model "tarot".'],
    [['schema', '--colour'], 'schema has no option --colour.'],
  ])('refuses %j with one sentence', async (words, sentence) => {
    const { code, stdout, stderr } = await muster(words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`muster: ${sentence}`);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('prints machine-readable catalogues', async () => {
    const [catalogue, destinations, schema] = await Promise.all([
      muster(['models', '--json']),
      muster(['destinations', 'google-customer-match', '--json']),
      muster(['schema']),
    ]);
    expect(JSON.parse(destinations.stdout)).toMatchObject([
      { id: 'google-customer-match', readers: 'platforms', fields: [{ name: 'Email' }, {}, {}, {}, {}, {}] },
    ]);
    expect((JSON.parse(catalogue.stdout) as { id: string }[]).map(({ id }) => id)).toEqual(expect.arrayContaining(['ials', 'logistic']));
    expect((JSON.parse(schema.stdout) as { title: string }).title).toBe(`Muster plan, version ${planVersion}`);
  });
});

it('knows its own version', () => {
  expect((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version).toBe(musterVersion);
});
