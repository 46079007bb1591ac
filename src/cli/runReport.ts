import { resolve } from 'node:path';
import { excessText } from '../lib/core/exports/drift/driftText';
import type { DriftReport } from '../lib/core/exports/drift/driftReport';
import type { Manifest } from '../lib/core/exports/types';
import { subjectOf } from '../lib/core/recommendations/listKinds';
import type { IdentityPreview } from '../lib/core/store/dataset/identityPreview';
import type { OpenedSource } from '../lib/work/openPlan';
import { count, table } from './help';
import { peopleInWords } from './mergedPeople';

/** What a run did, for its summary. */
export interface RunDone {
  out: string;
  sources: OpenedSource[];
  people: IdentityPreview | null;
  manifest: Manifest;
  /** Names of files that were there already, byte for byte, and stay as they are. */
  unchanged: readonly string[];
  drift?: DriftReport;
  seconds: Record<string, number>;
}

/** The summary as plain data, for `--json`. */
export function runSummary({ out, sources, people, manifest, unchanged, drift, seconds }: RunDone) {
  const { audiences, lists, ...rest } = manifest;
  return {
    out,
    manifest: resolve(out, 'manifest.json'),
    sources,
    ...(people && { people: { ids: people.ids, people: people.people, merged: people.merged, by: people.by } }),
    members: Object.fromEntries(audiences.map(({ id, members }) => [id, members])),
    listRows: Object.fromEntries(lists.map(({ id, rows }) => [id, rows])),
    audiences,
    lists,
    ...rest,
    unchanged,
    ...(drift && { drift }),
    seconds: Object.fromEntries(Object.entries(seconds).map(([step, value]) => [step, Number(value.toFixed(3))])),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** The same for a person. */
export function runReport({ out, sources, people, manifest, unchanged, drift, seconds }: RunDone): string {
  const isUnchanged = new Set(unchanged);
  return [
    ...table([
      ...sources.map(({ file, rowsRead, rowsRejected }): [string, string] => [
        file,
        `${count(rowsRead)} rows read, ${count(rowsRejected)} rejected`,
      ]),
      ...(people ? [['people', peopleInWords(people)] satisfies [string, string]] : []),
      ['as of', `${manifest.asOf} (${manifest.timeZone})`],
      ...manifest.audiences.map(({ id, members, steps }): [string, string] => [
        id,
        `${count(members)} customers: ${steps.map(({ step, left }) => `${step} ${count(left)}`).join(' → ')}`,
      ]),
      ...manifest.audiences.flatMap(({ id, experiment }) =>
        (experiment?.arms ?? []).map(({ id: arm, people: inArm }): [string, string] => [`${id}: ${arm}`, `${count(inArm)} customers`]),
      ),
      ...sharingInWords(manifest.sharing),
      ...manifest.lists.map(({ id, kind, rows, users, shortLists, model }): [string, string] => [
        id,
        `${count(rows)} recommendations by ${model} for ${count(users)} ${rowsOfList[subjectOf(kind ?? 'person')]}, ${count(shortLists)} lists short`,
      ]),
      ...manifest.exports
        .filter(({ rejects }) => rejects && Object.keys({ ...rejects.rows, ...rejects.values }).length > 0)
        .map(({ audience, destination, rejects }): [string, string] => [
          `${audience} → ${destination}`,
          `${count(total(rejects!.rows))} customers left out, ${count(total(rejects!.values))} values left empty`,
        ]),
      ...manifest.exports
        .filter(({ delta }) => delta)
        .map(({ audience, destination, delta }): [string, string] => [
          `${audience} → ${destination}`,
          `${count(delta!.added)} added, ${count(delta!.changed)} changed, ${count(delta!.removed)} removed, ${count(delta!.stays)} stay, since ${delta!.since}`,
        ]),
      ...manifest.exports.flatMap(({ audience, destination, readiness = [] }) =>
        readiness.map(({ field, trait, valid, mended, rejected, empty }): [string, string] => [
          `${audience} → ${destination}: ${field}`,
          `from ${trait}: ${count(valid)} as they were, ${count(mended)} mended, ${count(rejected)} rejected, ${count(empty)} empty`,
        ]),
      ),
      ...manifest.exports
        .filter(({ leastRows }) => leastRows !== undefined)
        .map(({ audience, destination, rows, leastRows }): [string, string] => [
          `${audience} → ${destination}`,
          `${count(rows)} rows; the platform takes lists from ${count(leastRows!)} on`,
        ]),
      ...manifest.files.map(({ name, rows, sha256 }): [string, string] => [
        name,
        `${count(rows)} rows, SHA-256 ${sha256.slice(0, 16)}…${isUnchanged.has(name) ? ', unchanged' : ''}`,
      ]),
      ...(drift ? driftRows(drift) : []),
    ]),
    `Wrote ${manifest.files.length} files, plan.json and manifest.json into ${out} in ${seconds.total.toFixed(1)} s.`,
  ].join('\n');
}

function driftRows({ since, audiences, models, exceeded }: DriftReport): [string, string][] {
  const sizes = audiences.map(({ id, then, now, mix }): [string, string] => [
    `drift of ${id}`,
    `${then === null ? 'new' : `${count(then)} → ${count(now)} customers`}${mix.length > 0 ? `; most: ${mix[0].id}, PSI ${mix[0].psi.toFixed(3)}` : ''}`,
  ]);
  const scores = models.flatMap(({ id, score }): [string, string][] =>
    score ? [[`drift of ${id}`, `PSI ${score.psi.toFixed(3)}, KS ${score.ks.toFixed(3)}`]] : [],
  );
  return [
    ['compared with', `the run of ${since.createdAt}`],
    ...sizes,
    ...scores,
    ...exceeded.map((excess): [string, string] => ['beyond a limit', excessText(excess)]),
  ];
}

const rowsOfList = { user: 'customers', item: 'items', audience: 'audience' } as const;

function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function sharingInWords(groups: Manifest['sharing'] = []): [string, string][] {
  return groups.flatMap(({ id, rows, contacts, cost, profit, profitRange, bound, priceOfBudget, priceOfContact }) => [
    ...rows.map(({ audience, wanted, went, nowhere }): [string, string] => [
      `${id}: ${audience}`,
      `wanted ${count(wanted)}: ${rows.map((to, i) => `${count(went[i])} to ${to.audience}`).join(', ')}, ${count(nowhere)} to none`,
    ]),
    [
      id,
      [
        `${count(contacts)} contacts for ${money(cost)}`,
        ...(profit === undefined
          ? []
          : [`expected profit ${money(profit)}${profitRange ? ` (${money(profitRange.low)} to ${money(profitRange.high)})` : ''}`]),
        ...(bound === undefined ? [] : [`at most ${money(bound)}`]),
        ...(priceOfBudget ? [`one more of the budget would bring ${money(priceOfBudget)}`] : []),
        ...(priceOfContact ? [`one contact more would bring ${money(priceOfContact)}`] : []),
      ].join(', '),
    ] satisfies [string, string],
  ]);
}

function money(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 });
}
