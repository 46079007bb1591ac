import { UserError } from '../lib/core/base/errors';
import type { Lifetime } from '../lib/core/predictions/clv/lifetime';
import type { HeldOutGroup, LifetimeSection } from '../lib/core/predictions/clv/sections';
import type { CustomerValues } from '../lib/core/predictions/clv/value';
import type { Arguments, Command, CommandIo } from './command';
import { count } from './help';

const formats = ['cdnow', 'events', 'summary'] as const;
const models = ['auto', 'bg-nbd', 'mbg-nbd', 'pareto-nbd'] as const;

export const clv: Command = {
  name: 'clv',
  summary: 'Fit models of customer lifetime value to a log of purchases, test them on held-out time, and say what everybody is worth.',
  words: [],
  options: [
    { name: 'log', kind: 'text', value: 'FILE', required: true, what: 'The purchases.' },
    {
      name: 'format',
      kind: 'choice',
      choices: formats,
      value: 'FORMAT',
      default: 'events',
      what: 'events: a table with a header that has a customer (user_id, customer_id, customer …), a date (ts, date …) and, where it has, an amount (value, amount …); cdnow: "customer date CDs dollars" a line, dates as 19970101; summary: a table with x, t_x and T, one row a customer, and zbar where it has.',
    },
    {
      name: 'unit',
      kind: 'choice',
      choices: ['weeks', 'days'],
      default: 'weeks',
      what: 'Of t_x and T in a summary; both are taken to the next whole day.',
    },
    {
      name: 'calibration-end',
      kind: 'text',
      value: 'DATE',
      what: 'The last day that the models learn from; what comes after tests them. Without it they learn from all, and nothing tests them.',
    },
    { name: 'end', kind: 'text', value: 'DATE', what: 'The last observed day. Without it, the last day with a purchase.' },
    {
      name: 'model',
      kind: 'choice',
      choices: models,
      value: 'MODEL',
      default: 'auto',
      what: 'auto: the one that finds the held-out purchases most likely.',
    },
    {
      name: 'days',
      kind: 'number',
      value: 'DAYS',
      what: 'Purchases and spend are expected over so many days. Default: those that are held out, else 90.',
    },
    { name: 'lifetime-days', kind: 'number', value: 'DAYS', default: 365, what: 'Value is added up over so many days.' },
    { name: 'discount', kind: 'number', value: 'SHARE', default: 0.1, what: 'What money loses in a year.' },
    { name: 'margin', kind: 'number', value: 'SHARE', default: 1, what: 'What is left of spend after the cost of goods.' },
    { name: 'out', kind: 'text', value: 'FILE', what: 'Write a CSV with a row for each customer there; it must not exist.' },
    { name: 'json', kind: 'flag', what: 'Print one JSON object.' },
  ],
  examples: [
    'clv --log CDNOW_sample.txt --format cdnow --calibration-end 1997-09-30 --end 1998-06-30 --model bg-nbd',
    'clv --log orders.csv --calibration-end 2026-03-31 --out customers.csv --json',
    'clv --log cdnow_customers_summary.csv --format summary --model pareto-nbd',
  ],
  run: runClv,
};

/** What `--json` prints. */
interface ClvOutput extends Omit<LifetimeSection, 'kind' | 'horizonDays' | 'lifetimeDays'> {
  firstDay: string | null;
  calibrationEnd: string | null;
  end: string | null;
  days: number;
  lifetimeDays: number;
  yearlyDiscount: number;
  margin: number;
  gradientNorm: number;
  converged: boolean;
  heldOut: Omit<NonNullable<Lifetime['heldOut']>, 'kind' | 'from'> | null;
  tracking: { calibrationWeeks: number; actual: number[]; expected: number[] } | null;
  findings: Lifetime['findings'];
  /** Sums over all customers. */
  expectedPurchases: number;
  value: number | null;
  fitSeconds: number;
}

async function runClv(args: Arguments, io: CommandIo): Promise<number> {
  const { readPurchaseLog } = await import('../lib/core/predictions/clv/readPurchaseLog');
  const { fitLifetime, lifetimeSection } = await import('../lib/core/predictions/clv/lifetime');
  const { customerValues } = await import('../lib/core/predictions/clv/value');
  const { dateOfDay, dayNumber } = await import('../lib/core/schema/days');
  const { openFile } = await import('../lib/platform/node/files');
  const settings = readSettings(args);
  const out = args.optionalText('out');
  if (out !== undefined) await refuseFile(io.path(out), out);
  const format = formats.find((each) => each === args.text('format'))!;
  if (format === 'summary' && (args.has('calibration-end') || args.has('end'))) {
    throw new UserError(
      'clv_summary_dates',
      'A summary has no dates, so nothing of it can be held out.',
      'Leave --calibration-end and --end out, or give a log of purchases.',
    );
  }
  const log = await readPurchaseLog(await openFile(io.path(args.text('log'))), format, args.text('unit') === 'days' ? 1 : 7);
  const { ids, known, span } = log;
  const given = (name: string) => (args.has(name) ? dayNumber(readDate(name, args.text(name))) : null);
  const [calibrationEnd, end] = [given('calibration-end'), given('end') ?? span.last];
  if (calibrationEnd !== null && (calibrationEnd < span.first || calibrationEnd >= end)) {
    const [first, last] = [dateOfDay(span.first), dateOfDay(end)];
    throw new UserError(
      'clv_calibration_end',
      `The calibration ends ${dateOfDay(calibrationEnd)}, and purchases are from ${first} to ${last}.`,
      'Give a date between the two.',
      { date: dateOfDay(calibrationEnd), first, last },
    );
  }
  const heldOutFrom = calibrationEnd === null ? null : calibrationEnd + 1;
  const started = performance.now();
  const request = {
    model: models.find((each) => each === args.text('model'))!,
    end: end + 1,
    heldOutFrom,
    fitUntil: heldOutFrom ?? end + 1,
  };
  const lifetime = await fitLifetime(known, request, io.run);
  const fitSeconds = (performance.now() - started) / 1000;
  const horizonDays = args.optionalNumber('days') ?? (calibrationEnd === null ? 90 : end - calibrationEnd);
  const { fit, histories, money } = lifetime;
  const values = await customerValues(
    lifetime.model,
    fit.parameters,
    money?.fit.parameters ?? null,
    histories,
    { ...settings, horizonDays },
    io.run,
  );
  if (out !== undefined) await writeCustomers(io.path(out), ids, lifetime, values);
  const {
    kind: _,
    horizonDays: days,
    ...section
  } = lifetimeSection(lifetime, { horizonDays, lifetimeDays: settings.lifetimeDays }, values.alive);
  const dated = format !== 'summary';
  const output: ClvOutput = {
    ...section,
    firstDay: dated ? dateOfDay(span.first) : null,
    calibrationEnd: calibrationEnd === null ? null : dateOfDay(calibrationEnd),
    end: dated ? dateOfDay(end) : null,
    days,
    yearlyDiscount: settings.yearlyDiscount,
    margin: settings.margin,
    gradientNorm: fit.gradientNorm,
    converged: fit.converged,
    heldOut: lifetime.heldOut && without(lifetime.heldOut, 'kind', 'from'),
    tracking: lifetime.tracking && without(lifetime.tracking, 'kind', 'first'),
    findings: lifetime.findings,
    expectedPurchases: sum(values.purchases),
    value: money && sum(values.value.filter((value) => !Number.isNaN(value))),
    fitSeconds,
  };
  for (const { message } of lifetime.findings) io.note(message);
  io.print(args.flag('json') ? JSON.stringify(output, null, 2) : asText(output));
  return 0;
}

function readSettings(args: Arguments) {
  const within = (name: string, low: number, high: number) => {
    const value = args.number(name);
    if (value >= low && value <= high) return value;
    throw new UserError('clv_option', `--${name} is ${value}.`, `It can be from ${low} to ${high}.`, { name, value, low, high });
  };
  if (args.has('days')) within('days', 1, 3650);
  return {
    lifetimeDays: within('lifetime-days', 1, 3650),
    yearlyDiscount: within('discount', 0, 10),
    margin: within('margin', 0, 1),
  };
}

function readDate(name: string, text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)) return text;
  throw new UserError('clv_date', `--${name} is "${text}", which is no date.`, 'Write it as 1997-09-30.', { name, value: text });
}

async function refuseFile(path: string, given: string): Promise<void> {
  const { stat } = await import('node:fs/promises');
  if (await stat(path).catch(() => null)) {
    throw new UserError('out_exists', `${given} exists already.`, 'Give another name with --out.', { path: given });
  }
}

async function writeCustomers(path: string, ids: readonly string[], { histories }: Lifetime, values: CustomerValues): Promise<void> {
  const { writeFile } = await import('node:fs/promises');
  const { csvLine, machineStyle } = await import('../lib/core/exports/formats/csvStyle');
  const { customer, x, tx, T, monetary } = histories;
  const number = (value: number) => (Number.isNaN(value) ? '' : String(value));
  const header = [
    'customer',
    'frequency',
    'recency_days',
    'T_days',
    'monetary',
    'alive',
    'purchases',
    'spend_per_purchase',
    'spend',
    'value',
  ];
  const lines = Array.from(customer, (c, row) =>
    csvLine(
      [
        machineStyle.writeText(ids[c]),
        ...[x, tx, T, monetary, values.alive, values.purchases, values.spendPerPurchase, values.spend, values.value].map((column) =>
          number(column[row]),
        ),
      ],
      machineStyle,
    ),
  );
  await writeFile(path, [csvLine(header, machineStyle), ...lines].join(''), { flag: 'wx' });
}

const modelNames = { 'bg-nbd': 'BG/NBD', 'mbg-nbd': 'MBG/NBD', 'pareto-nbd': 'Pareto/NBD' };
const reasons = {
  named: 'as asked',
  heldOut: 'finds the held-out purchases most likely',
  bic: 'has the lowest BIC',
};

function asText(output: ClvOutput): string {
  const { model, chosenBy, parameters, money, heldOut, candidates } = output;
  const parameter = ({ name, value, standardError }: (typeof parameters)[number]) =>
    `  ${name.padEnd(6)} ${value.toFixed(4).padStart(10)}${standardError === null ? '' : `  ± ${standardError.toFixed(4)}`}`;
  const lines = [
    `${modelNames[model]}, ${reasons[chosenBy]}; ${count(output.customers)} customers, ${count(output.repeaters)} of whom came back; times in weeks`,
    ...parameters.map(parameter),
    `  log likelihood ${output.logLikelihood.toFixed(3)}; ${output.agreeing} of ${output.starts} starts agree, largest derivative ${output.gradientNorm.toExponential(0)}`,
  ];
  if (candidates.length > 1) {
    lines.push('Tried:', ...candidates.map(({ id, logLikelihood, bic, heldOut: likely }) =>
      `  ${modelNames[id].padEnd(10)}  log likelihood ${logLikelihood.toFixed(2)}, BIC ${bic.toFixed(1)}${likely === null ? '' : `, of held-out purchases ${likely.toFixed(2)}`}`)); // prettier-ignore
  }
  if (money) {
    lines.push(
      `Gamma-gamma, spend on a purchase, ${count(money.customers)} customers; correlation with frequency ${money.correlation.toFixed(3)}`,
      ...money.parameters.map(parameter),
      `  log likelihood ${money.logLikelihood.toFixed(3)}`,
    );
  }
  if (heldOut) {
    const width = Math.max(...heldOut.ways.map(({ id }) => id.length));
    const best = heldOut.ways.reduce((least, each) => (each.mae < least.mae ? each : least));
    lines.push(
      `Held out: ${heldOut.days} days, ${count(heldOut.purchases)} purchases of ${count(heldOut.customers)} customers`,
      `  ${''.padEnd(width)}  ${'MAE'.padStart(6)}  ${'RMSE'.padStart(6)}  ${'sum'.padStart(7)}`,
      ...heldOut.ways.map(
        ({ id, mae, rmse, purchases }) =>
          `  ${id.padEnd(width)}  ${mae.toFixed(4)}  ${rmse.toFixed(4)}  ${purchases.toFixed(0).padStart(7)}${id === heldOut.used ? '  used' : ''}`,
      ),
      ...(best.id === heldOut.used ? [] : [`  By mean absolute error ${best.id} is nearer than the model that is used.`]),
      '  by repeat purchases before:',
      ...heldOut.byFrequency.map((group) => groupLine(group)),
    );
  }
  lines.push(
    `Expected in ${output.days} days: ${output.expectedPurchases.toFixed(1)} purchases` +
      (output.value === null ? '' : `; value in ${output.lifetimeDays} days: ${output.value.toFixed(2)}`),
    `fit ${output.fitSeconds.toFixed(1)} s`,
  );
  return lines.join('\n');
}

function groupLine({ from, to, customers, actual, expected }: HeldOutGroup): string {
  return `  ${(to === null ? `${from}+` : String(from)).padStart(4)}  ${String(customers).padStart(7)} customers  actual ${actual.toFixed(4)}  expected ${expected.toFixed(4)}`;
}

function without<T extends object, K extends keyof T>(whole: T, ...keys: K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(whole).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
