import { md5 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { armStretches, assignArms, controlArm, type Experiment } from '../audiences/experiment';
import { sha256Hex } from '../base/hash';
import { inSteps, type RunContext } from '../base/run';
import { findDestination, knownDestination } from './destinations';
import { experimentInPlan } from './experimentInPlan';
import { formatOf, typedColumns } from './exportedFiles';
import type { ReadManifest } from './manifestSchema';
import { readArms, type ArmLine } from './readArms';
import type { VerifyProblem } from './verifyProblem';

/**
 * What is wrong with the files of arms: people in the arms are as many as the manifest says, those who are sent something
 * are the audience's members, the control is sent nothing, everybody stands there once in the byte order of ids. Then
 * nobody of the control is in a file for a platform, and nobody of another arm in an arm's own, wherever a file has
 * customers' ids, as they are or hashed. Of files without ids (only e-mail, say) the number of rows is all that is compared.
 * Where the plan lies beside the files, its lots are drawn again.
 * @param whole bytes of the files that are as they were written
 * @param plan bytes of plan.json; null where it is not there
 */
export async function armsProblems(
  manifest: ReadManifest,
  whole: ReadonlyMap<string, Uint8Array>,
  plan: Uint8Array | null,
  run: RunContext,
): Promise<VerifyProblem[]> {
  const problems: VerifyProblem[] = [];
  for (const { id, members, experiment } of manifest.audiences) {
    const bytes = experiment && whole.get(experiment.file);
    if (!experiment || !bytes) continue;
    const say = (what: string) => problems.push({ code: 'arms', file: experiment.file, what });
    let lines: ArmLine[];
    try {
      lines = await readArms(bytes, run);
    } catch (error) {
      say(error instanceof Error ? error.message.replace(/\.$/, '') : String(error));
      continue;
    }
    for (const { id: arm, people } of experiment.arms) {
      const found = lines.filter((line) => line.arm === arm).length;
      if (found !== people) say(`${found} customers are in the arm ${arm}, not ${people}`);
    }
    const sent = lines.filter((line) => line.sent).length;
    if (sent !== members) say(`${sent} customers are sent something, and the audience ${id} has ${members} members`);
    const known = new Set(experiment.arms.map((arm) => arm.id));
    const strange = lines.find(({ arm }) => !known.has(arm));
    if (strange) say(`${strange.customer} is in the arm ${strange.arm}, which the manifest does not name`);
    const control = lines.find((line) => (line.arm === controlArm) === line.sent);
    if (control) say(`${control.customer} is in the arm ${control.arm} and ${control.sent ? 'sent' : 'not sent'} something`);
    const unsorted = lines.findIndex((line, i) => i > 0 && compareBytes(lines[i - 1].customer, line.customer) >= 0);
    if (unsorted !== -1) say(`row ${unsorted + 1} is not after the one before in the order of ids`);
    const planned = experimentInPlan(plan, id);
    const drawn = planned && (await drawnAnew(planned, experiment.salt_sha256, lines, run));
    if (drawn) say(drawn);
    problems.push(...(await strangersInFiles(manifest, id, lines, whole, run)));
  }
  return problems;
}

/** What is wrong with the arms by the plan's salt and shares; undefined where nothing is. */
async function drawnAnew(planned: Experiment, saltHash: string, lines: readonly ArmLine[], run: RunContext): Promise<string | undefined> {
  if (sha256Hex(planned.salt) !== saltHash) return 'the plan beside it has another salt than the one that the arms were drawn with';
  let stretches;
  try {
    stretches = armStretches(planned);
  } catch (error) {
    return `the arms of the plan beside it cannot be drawn: ${error instanceof Error ? error.message.replace(/\.$/, '') : String(error)}`;
  }
  const customers = lines.map(({ customer }) => customer);
  const strata = planned.stratify === undefined ? undefined : lines.map(({ stratum }) => stratum ?? '');
  const places = await inSteps(assignArms(stretches, planned.salt, customers, strata), run);
  const moved = lines.filter(({ arm }, line) => stretches[places[line]].id !== arm);
  return moved.length === 0
    ? undefined
    : `${moved.length} customers are in another arm than the lots of the plan give them, the first is ${moved[0].customer}`;
}

/** Rows of people who are in another arm than the file's, or in the control. */
async function strangersInFiles(
  { exports, files }: ReadManifest,
  audience: string,
  lines: readonly ArmLine[],
  whole: ReadonlyMap<string, Uint8Array>,
  run: RunContext,
): Promise<VerifyProblem[]> {
  const problems: VerifyProblem[] = [];
  for (const entry of exports) {
    if (entry.audience !== audience || !entry.types) continue;
    const column = columnOfIds(entry);
    if (column === -1) continue;
    const forms = findDestination(entry.destination).fields === 'chosen' ? (id: string) => [id] : formsOf;
    const belongs = ({ arm, sent }: ArmLine) => sent && (entry.arm === undefined || arm === entry.arm);
    const strange = new Set(lines.filter((line) => !belongs(line)).flatMap(({ customer }) => forms(customer)));
    // Two ids may look the same once they are in lower case.
    for (const line of lines) if (belongs(line)) for (const form of forms(line.customer)) strange.delete(form);
    const [format, columns] = [await formatOf(entry), typedColumns(entry)];
    for (const name of entry.files) {
      const bytes = whole.get(name);
      const role = files.find((file) => file.name === name)?.role;
      // Whoever is held out may well be told to go out.
      if (!bytes || (role !== undefined && role !== 'added' && role !== 'whole')) continue;
      let found = 0;
      try {
        for await (const { rows, cells } of format.read(bytes, columns, run)) {
          for (let row = 0; row < rows; row++) if (strange.has(String(cells[column][row]))) found++;
        }
      } catch {
        // That it cannot be read is a finding of its own.
        continue;
      }
      if (found > 0)
        problems.push({ code: 'held_out', file: name, what: `${found} customers are in it who are held out or in another arm` });
    }
  }
  return problems;
}

/** Where a file has customers' ids: where the manifest says (the first column, where it does not) if columns are chosen, else in the field that is taken from them; -1 where none is. */
function columnOfIds({ destination, columns, readiness, id }: ReadManifest['exports'][number]): number {
  const known = knownDestination(destination);
  if (!known) return -1;
  if (known.fields === 'chosen') return id === null ? -1 : columns.indexOf(id ?? columns[0]);
  const field = readiness?.find(({ trait }) => trait === 'user')?.field;
  return field === undefined ? -1 : columns.indexOf(field);
}

/** An id as platforms' files may have it. */
function formsOf(customer: string): string[] {
  return [...new Set([customer, customer.trim(), customer.trim().toLowerCase()])].flatMap((text) => [
    text,
    sha256Hex(text),
    bytesToHex(md5(utf8ToBytes(text))),
  ]);
}

function compareBytes(a: string, b: string): number {
  const [x, y] = [utf8ToBytes(a), utf8ToBytes(b)];
  for (let i = 0; i < x.length && i < y.length; i++) if (x[i] !== y[i]) return x[i] - y[i];
  return x.length - y.length;
}
