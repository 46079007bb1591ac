import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../lib/core/base/errors';
import { safeFileName } from '../lib/core/exports/fileNames';
import type { Plan } from '../lib/core/plan/schema';
import type { Desk } from '../lib/work/desk';
import type { Epoch } from '../lib/work/epoch';

/**
 * Brings the weights that models of the plan name, from `NAME.zip` or `NAME.npz` of a folder.
 * @throws UserError `weights_not_there`, and what reading a model throws
 */
export async function bringWeights(epoch: Epoch, folder: string): Promise<void> {
  const { bringModel } = await import('../lib/work/registry/bring');
  for (const name of namedWeights(epoch.plan)) {
    const found = await weightsFile(folder, name);
    if (found === undefined) {
      throw new UserError(
        'weights_not_there',
        `The plan names the weights "${name}", and ${folder} has neither ${name}.zip nor ${name}.npz.`,
        'Give the folder that has them with --models.',
        { name, folder },
      );
    }
    await bringModel(epoch, [{ name: found, bytes: new Uint8Array(await readFile(join(folder, found))) }], name);
  }
}

/** The file of a folder that holds these weights. */
async function weightsFile(folder: string, name: string): Promise<string | undefined> {
  return (await readdir(folder).catch(() => [])).find((file) => file === `${name}.zip` || file === `${name}.npz`);
}

/** Paths of the weights that the plan names, those that are there. */
export async function weightsFiles(plan: Plan, folder: string): Promise<string[]> {
  const found = await Promise.all(namedWeights(plan).map((name) => weightsFile(folder, name)));
  return found.flatMap((name) => (name === undefined ? [] : [join(folder, name)]));
}

export function namedWeights(plan: Plan): string[] {
  return [...new Set(plan.models.flatMap((model) => (model.kind === 'recommender' && model.weights !== undefined ? [model.weights] : [])))];
}

/** Writes each model that was trained as `NAME.zip`; a file of that name is replaced, whole. @returns the names of the files */
export async function keepModels(desk: Desk, epoch: Epoch, folder: string): Promise<string[]> {
  const [{ takenFiles }, { zipOf }] = await Promise.all([import('../lib/work/registry/take'), import('../lib/core/base/zip')]);
  await mkdir(folder, { recursive: true });
  const written: string[] = [];
  const taken = new Set<string>();
  for (const model of desk.state.models) {
    if (model.entry?.origin !== 'trained' || model.entry.lacksWeights) continue;
    const name = safeFileName(model.entry.name, 'zip', taken);
    await writeWhole(join(folder, name), zipOf(await takenFiles(epoch, model, true)));
    written.push(name);
  }
  return written;
}

/** Whoever watches sees all of a file or none. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const fresh = `${path}.${process.pid}.part`;
  await writeFile(fresh, bytes);
  await rename(fresh, path);
}
