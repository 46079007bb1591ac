import type { Plan } from '$lib/core/plan/schema';

/** A plan with lists of ids may be large; a table is larger still. */
const mostBytes = 32 * 2 ** 20;
const ending = /\.(ya?ml|json)$/i;
/** The first key of a plan, wherever its file has it. */
const marks = /^\s*(\{\s*)?"?muster"?\s*:/m;

/** A plan among chosen files, and the other files. */
export interface PlanAmong {
  file: File;
  plan: Plan;
  others: File[];
}

/**
 * The first of the files that is a plan: YAML or JSON with the key `muster`. null where there is none.
 * @throws UserError what `readPlan` says is wrong with it
 */
export async function planAmong(files: readonly File[]): Promise<PlanAmong | null> {
  for (const file of files) {
    if (!ending.test(file.name) || file.size > mostBytes) continue;
    const text = await file.text();
    if (!marks.test(text.slice(0, 10_000))) continue;
    const { readPlan } = await import('$lib/core/plan/read');
    return { file, plan: readPlan(text, file.name).plan, others: files.filter((other) => other !== file) };
  }
  return null;
}
