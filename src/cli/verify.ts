import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from './command';
import { count } from './help';
import { manifestMissing } from './runInputs';

export const verify: Command = {
  name: 'verify',
  summary: 'Compare the files of a run with its manifest; exit code 1 where they differ.',
  words: [{ name: 'DIR', what: 'The folder that run wrote, or a zip of the page unpacked.', required: true }],
  options: [{ name: 'json', kind: 'flag', what: 'Print the problems as JSON.' }],
  examples: ['verify files', 'verify files --json'],
  async run(args, io) {
    const folder = io.path(args.text('DIR'));
    const [{ readManifest }, { verifyExports }] = await Promise.all([
      import('../lib/core/exports/readManifest'),
      import('../lib/core/exports/verifyExports'),
    ]);
    const manifest = readManifest(await manifestOf(folder));
    const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
    const problems = await verifyExports(manifest, names, async (name) => new Uint8Array(await readFile(join(folder, name))), io.run);
    const rows = manifest.files.reduce((sum, file) => sum + file.rows, 0);
    if (args.flag('json')) io.print(JSON.stringify({ files: manifest.files.length, rows, problems }, null, 2));
    else if (problems.length === 0) io.print(`${count(manifest.files.length)} files, ${count(rows)} rows: all as the manifest says.`);
    else io.print(problems.map(({ file, what }) => `${file ?? 'manifest.json'}: ${what}.`).join('\n'));
    return problems.length === 0 ? 0 : 1;
  },
};

/** The text of the manifest in a folder. @throws UserError `manifest_missing` */
export async function manifestOf(folder: string): Promise<string> {
  try {
    return await readFile(join(folder, 'manifest.json'), 'utf8');
  } catch {
    throw manifestMissing(folder);
  }
}
