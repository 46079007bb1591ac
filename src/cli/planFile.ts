import { readFile } from 'node:fs/promises';
import { UserError } from '../lib/core/base/errors';
import { readPlan } from '../lib/core/plan/read';

/** Reads a plan. @throws UserError `plan_missing`, `plan_not_text`, and what an unreadable plan throws */
export async function readPlanFile(path: string, name: string): Promise<ReturnType<typeof readPlan>> {
  return readPlan(await readText(path), name);
}

async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const problem = { ENOENT: 'there is no such file', EISDIR: 'it is a folder' }[error.code ?? ''] ?? error.message;
    throw new UserError('plan_missing', `The plan ${path} cannot be read: ${problem}.`, 'Check its path.', { path, problem });
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError('plan_not_text', `The plan ${path} is no text in UTF-8.`, 'Save it as UTF-8.', { path });
  }
}
