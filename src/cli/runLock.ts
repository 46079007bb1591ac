import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../lib/core/base/errors';

/** Who writes into a folder, as it stands in the lock beside it. */
interface Holder {
  pid: number;
  host: string;
  /** ISO instant at which the run began. */
  since: string;
  /** When the process itself started, as the system counts: a number that another process with the same id does not have. */
  started: string | null;
}

/** A second run at the same time, or one that holds the lock on another machine. */
export class LockedOut extends UserError {}

/**
 * Takes the lock of a folder that files go into: one run at a time writes there. The lock of a run that is not alive any
 * more is taken over; one of another machine, of which that cannot be known, is not.
 * @returns gives the lock back
 * @throws LockedOut `run_locked`
 */
export async function takeRunLock(folder: string, now: Date): Promise<() => Promise<void>> {
  const path = lockPath(folder);
  await mkdir(dirname(path), { recursive: true });
  const own: Holder = { pid: process.pid, host: hostname(), since: now.toISOString(), started: await startOf(process.pid) };
  const text = `${JSON.stringify(own)}\n`;
  // Two rounds: another run may take over the lock of a dead one first, and end.
  for (let round = 0; round < 3; round++) {
    if (await createWhole(path, text)) return () => release(path, text);
    const found = await readFile(path, 'utf8').catch(() => undefined);
    if (found === undefined) continue;
    const holder = holderOf(found);
    if (!holder || !(await isGone(holder))) throw lockedOut(folder, path, holder);
    await takeAway(path, found);
  }
  throw lockedOut(folder, path, null);
}

export function lockPath(folder: string): string {
  return join(dirname(folder), `.${basename(folder)}.lock`);
}

/** Whoever reads the lock sees all of it: it is written beside and linked into place, which fails where there is one. */
async function createWhole(path: string, text: string): Promise<boolean> {
  const fresh = `${path}-${randomUUID()}`;
  await writeFile(fresh, text);
  try {
    await link(fresh, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // Disks without hard links: the file itself, which fails alike where there is one.
    return await writeFile(path, text, { flag: 'wx' }).then(
      () => true,
      (reason: NodeJS.ErrnoException) => {
        if (reason.code === 'EEXIST') return false;
        throw reason;
      },
    );
  } finally {
    await rm(fresh, { force: true });
  }
}

async function release(path: string, text: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) await rm(path, { force: true });
}

/** Takes the lock away if it is still the one that was read: another run may have taken it over meanwhile. */
async function takeAway(path: string, text: string): Promise<void> {
  const aside = `${path}-${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== text) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function holderOf(text: string): Holder | null {
  try {
    const { pid, host, since, started } = JSON.parse(text) as Partial<Holder>;
    if (!Number.isInteger(pid) || typeof host !== 'string' || typeof since !== 'string') return null;
    return { pid: pid!, host, since, started: started ?? null };
  } catch {
    return null;
  }
}

async function isGone({ pid, host, started }: Holder): Promise<boolean> {
  if (host !== hostname()) return false;
  try {
    // Signal 0 only asks.
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const found = await startOf(pid);
  return started !== null && found !== null && found !== started;
}

/** Clock ticks since the boot at which a process started, where the system tells (Linux, proc(5)); null elsewhere. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Its name stands in brackets and may hold spaces; the start is the 22nd field, the 20th after the brackets.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function lockedOut(folder: string, path: string, holder: Holder | null): LockedOut {
  const who = holder ? `process ${holder.pid} on ${holder.host}, since ${holder.since}` : 'another run';
  return new LockedOut(
    'run_locked',
    `Another run is writing into ${folder}: ${who}.`,
    `Wait until it has ended. If there is none any more, delete ${path}.`,
    { path: folder, who, lock: path },
  );
}
