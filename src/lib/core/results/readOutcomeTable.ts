import { UserError } from '../base/errors';
import { outcomeOf } from '../predictions/uplift/table/readTrial';
import type { RawFeature } from '../predictions/features';
import { requireColumns, type DataTable } from '../predictions/table/readTable';
import { refuseOneArmed, strataOf } from './exportedPeople';
import type { CampaignPeople } from './people';
import { placePeople } from './placePeople';
import type { ResultFinding } from './outcomes';
import type { Trial, TrialMetric } from './trial';

/** Which columns of a table of outcomes, one row a person, are what. */
export interface TableColumns {
  /** The column of ids; needed where the arms come from an export. */
  user?: string;
  /** What to compare, the main one first; without it every column of numbers or of yes and no. */
  metrics?: readonly string[];
  /** Columns of money. */
  money?: readonly string[];
  /** A column known before the campaign, which narrows the intervals (CUPED). */
  before?: string;
  /** The column of arms, which is no outcome. */
  arm?: string;
  /** A column of texts by which the result is split. */
  by?: string;
}

/** Arms that a column of the table says. */
export interface ArmColumn {
  column: string;
  control: string;
  /** Value → share meant; equal ones where it is absent. */
  shares?: Readonly<Record<string, number>>;
}

/**
 * The people of a table that says itself who was in which arm.
 * @throws UserError `table_column_unknown`, `results_arm_unknown`, `results_no_control`, `results_no_treated`
 */
export function peopleOfTable(
  table: DataTable,
  { column, control, shares }: ArmColumn,
  user?: string,
): CampaignPeople & { rows: Int32Array } {
  requireTable(table, [column, ...(user === undefined ? [] : [user])]);
  const values = textsOf(columnOf(table, column));
  const found = [...new Set(values.filter((value) => value !== null))].sort();
  if (!found.includes(control)) {
    const list = found.slice(0, 20).join(', ');
    throw new UserError('results_arm_unknown', `"${column}" of "${table.name}" is never "${control}".`, `Its values are: ${list}.`, {
      file: table.name,
      column,
      value: control,
      values: list,
    });
  }
  const arms = [control, ...found.filter((value) => value !== control)];
  if (arms.length > mostArms) {
    throw new UserError(
      'results_arms_many',
      `"${column}" of "${table.name}" has ${arms.length} values, more than arms of a campaign.`,
      'Choose the column that says who got what.',
      { file: table.name, column, count: arms.length, most: mostArms },
    );
  }
  const rows = Int32Array.from(values.flatMap((value, row) => (value === null ? [] : [row])));
  const armOf = Uint8Array.from(rows, (row) => arms.indexOf(values[row]!));
  refuseOneArmed(table.name, armOf);
  const ids = user === undefined ? Array.from(rows, String) : pick(textsOf(columnOf(table, user)), rows).map((id) => id ?? '');
  return {
    campaign: table.name,
    arms,
    ids,
    armOf,
    from: new Float64Array(rows.length),
    shares: arms.map((arm) => shares?.[arm] ?? 1),
    rows,
  };
}

const mostArms = 20;

/**
 * What came of a campaign, out of a table with one row a person.
 * @param rows of each of the people the row in the table; found by id where it is absent
 * @throws UserError `table_column_unknown`, `results_no_metrics`, `results_person_twice`, `uplift_outcome_text`, and those of {@link placePeople}
 */
export function trialOfTable(table: DataTable, columns: TableColumns, given: CampaignPeople, rows?: Int32Array): Trial {
  const { user, metrics: wanted, money = [], before, by, arm } = columns;
  requireTable(
    table,
    [user, ...(wanted ?? []), ...money, before, by].filter((name) => name !== undefined),
  );
  const joined = rows ? { people: given, rows, findings: [] } : joinTable(table, user!, given);
  const people =
    by === undefined
      ? joined.people
      : { ...joined.people, ...strataOf(pick(textsOf(columnOf(table, by)), joined.rows).map((name) => name ?? '')) };
  const others = new Set([user, before, by, arm]);
  const chosen = wanted ?? table.columns.filter((column) => !others.has(column.id) && isOutcome(table, column)).map(({ id }) => id);
  if (chosen.length === 0) {
    throw new UserError(
      'results_no_metrics',
      `"${table.name}" has no column of numbers or of yes and no to compare.`,
      'Name the columns that say what came of the campaign.',
      { file: table.name },
    );
  }
  const valuesOf = (name: string) => {
    const { valueOf, outcomeKind } = outcomeOf(table.name, columnOf(table, name));
    // An empty cell of somebody who was in the campaign says that nothing came of it.
    return { values: Float64Array.from(joined.rows, (row) => (row < 0 || Number.isNaN(valueOf(row)) ? 0 : valueOf(row))), outcomeKind };
  };
  const foretells = before === undefined ? {} : { before: valuesOf(before).values };
  const metrics = chosen.map((id): TrialMetric => {
    const { values, outcomeKind } = valuesOf(id);
    return { id, kind: outcomeKind === 'binary' ? 'share' : 'mean', isMoney: money.includes(id), values, ...foretells };
  });
  const revenue = metrics.find(({ isMoney }) => isMoney);
  return {
    people,
    metrics,
    currency: null,
    ...(revenue && { revenue: revenue.values }),
    windowDays: null,
    span: null,
    findings: joined.findings,
  };
}

/** Of the campaign's people those whom the table has, and where. */
function joinTable(
  table: DataTable,
  user: string,
  people: CampaignPeople,
): { people: CampaignPeople; rows: Int32Array; findings: ResultFinding[] } {
  const ids = textsOf(columnOf(table, user)).map((id) => id ?? '');
  const { placeOf, findings } = placePeople(
    table.name,
    ids,
    people,
    ids.map(() => 1),
    'table',
  );
  const rowOf = new Int32Array(people.ids.length).fill(-1);
  placeOf.forEach((place, row) => {
    if (place < 0) return;
    if (rowOf[place] >= 0) throw personTwice(table.name, ids[row], rowOf[place], row);
    rowOf[place] = row;
  });
  const kept = Int32Array.from(rowOf.keys()).filter((place) => rowOf[place] >= 0);
  const missing = people.ids.length - kept.length;
  if (missing > 0) {
    const example = people.ids[rowOf.indexOf(-1)];
    findings.push({
      code: 'results_people_missing',
      message: `${missing} of the campaign's ${people.ids.length} people are not in "${table.name}", "${example}" among them; they are left out of both sides.`,
      values: { count: missing, total: people.ids.length, example, file: table.name },
    });
  }
  return {
    people: {
      ...people,
      ids: pick(people.ids, kept),
      armOf: Uint8Array.from(kept, (place) => people.armOf[place]),
      from: Float64Array.from(kept, (place) => people.from[place]),
      ...(people.sent && { sent: Uint8Array.from(kept, (place) => people.sent![place]) }),
      ...(people.strata && { strata: { ...people.strata, of: Int32Array.from(kept, (place) => people.strata!.of[place]) } }),
    },
    rows: Int32Array.from(kept, (place) => rowOf[place]),
    findings,
  };
}

function personTwice(file: string, id: string, first: number, second: number): UserError {
  return new UserError(
    'results_person_twice',
    `"${id}" stands in rows ${first + 1} and ${second + 1} of "${file}", which should have one row for each person.`,
    'Add up the rows of each person, or give a file of events with a date on each line.',
    { id, first: first + 1, second: second + 1, file },
  );
}

function isOutcome(table: DataTable, column: RawFeature): boolean {
  try {
    outcomeOf(table.name, column);
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function requireTable(table: DataTable, names: readonly string[]): void {
  requireColumns(
    table.name,
    table.columns.map(({ id }) => id),
    names,
  );
}

const columnOf = (table: DataTable, name: string) => table.columns.find(({ id }) => id === name)!;

function textsOf({ values }: RawFeature): (string | null)[] {
  return Array.from(values as ArrayLike<number | string | null>, (value) => (value === null || Number.isNaN(value) ? null : String(value)));
}

function pick<T>(values: readonly T[], rows: Int32Array): T[] {
  return Array.from(rows, (row) => values[row]);
}
