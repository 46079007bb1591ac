import { Random } from '../../base/random';
import { UserError } from '../../base/errors';
import { sha256Hex } from '../../base/hash';
import type { RunContext } from '../../base/run';
import { principalComponents, project } from '../../math/clusters/principalComponents';
import { sampleRows, takeRows, type Points } from '../../math/points';
import { traitSource } from '../../profiles/profileRelation';
import { fitRule, type FittedRule } from '../../segments/fitRule';
import type { SegmentScope } from '../../segments/evaluate';
import { indexesOf, textsOf } from '../../store/columns';
import { remember } from '../../store/remember';
import { identifier, sql } from '../../store/sql';
import { sectionOf, type PredictionReport } from '../report';
import { peopleAsked, placePeople, readTraitRows } from './points';
import type { ShapeOptions } from './shape';

export type MapWay = 'pca' | 'umap';

/** People on a plane, near each other where they are alike. */
export interface PeopleMap {
  /** Person numbers. */
  users: Int32Array;
  x: Float32Array;
  y: Float32Array;
  /** Place of each one's cluster; 255 is none. */
  groups: Uint8Array;
  groupCount: number;
  /** Of how many these are. */
  of: number;
  /** Of the two axes of principal components: their share of all variance, and what they are made of, the heaviest first. */
  axes: { share: number; loadings: { trait: string; weight: number }[] }[];
}

/** More points than this are not told apart by anybody. */
export const mostMapped = 200_000;
/** UMAP takes about fifteen seconds for them. */
export const mostMappedByUmap = 10_000;
export const noGroup = 255;

/** @throws UserError `clusters_missing` where the model has not been made */
export async function readPeopleMap(
  scope: SegmentScope,
  report: PredictionReport | undefined,
  way: MapWay,
  seed: number,
  run: RunContext,
): Promise<PeopleMap> {
  const section = report && sectionOf(report, 'clusters');
  if (!section) throw missing();
  const { shapes, rows, shaping } = await readPlaced(scope, report, run);
  const all = await placePeople(rows, shapes, shaping, run);
  const most = way === 'umap' ? mostMappedByUmap : mostMapped;
  const chosen = sampleRows(all.points.rows, most, new Random(seed, 3));
  const points = chosen.length < all.points.rows ? takeRows(all.points, chosen) : all.points;
  const users = chosen.map((row) => all.users[row]);
  const used = shapes.filter(({ spread }) => spread > 0);
  // One trait alone is a line.
  const pca = await principalComponents(points, Math.min(2, points.columns), run);
  const plain = await project(points, pca, run);
  const flat = way === 'umap' ? await rememberedUmap(scope, points, plain, seed, run) : plain;
  const coordinate = (column: number) =>
    Float32Array.from(users, (_, row) => (column < flat.columns ? flat.values[row * flat.columns + column] : 0));
  return {
    users,
    x: coordinate(0),
    y: coordinate(1),
    groups: await groupsOf(scope, `score:${report.modelId}`, users, run),
    groupCount: section.groups.length,
    of: all.users.length,
    axes:
      way === 'umap'
        ? []
        : Array.from(pca.ratios, (share, axis) => ({
            share,
            loadings: used
              .map(({ trait }, column) => ({ trait, weight: pca.components[axis * pca.columns + column] }))
              .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)),
          })),
  };
}

/** A short rule for people who were chosen on the map, by the traits that it is made of. */
export async function fitRuleToPeople(
  scope: SegmentScope,
  report: PredictionReport | undefined,
  users: Int32Array,
  run: RunContext,
): Promise<FittedRule | null> {
  if (!report) throw missing();
  const { rows, shapes } = await readPlaced(scope, report, run);
  const chosen = new Set(users);
  const wanted = Uint8Array.from(rows.users, (user) => (chosen.has(user) ? 1 : 0));
  return fitRule(
    rows.columns.filter((_, at) => shapes[at].spread > 0),
    wanted,
    run,
  );
}

async function readPlaced(scope: SegmentScope, report: PredictionReport, run: RunContext) {
  const section = sectionOf(report, 'clusters');
  if (!section) throw missing();
  const { target, options } = report.protocol;
  const members = await peopleAsked(scope, target?.segment, run);
  const shapes = section.traits;
  const rows = await readTraitRows(
    scope,
    shapes.map(({ trait }) => trait),
    members,
    run,
  );
  return { rows, shapes, shaping: options as unknown as ShapeOptions };
}

/** The layout by UMAP, kept for as long as it is made of the same points: going back to it costs nothing. */
function rememberedUmap(scope: SegmentScope, points: Points, plain: Points, seed: number, run: RunContext): Promise<Points> {
  const { buffer, byteOffset, byteLength } = points.values;
  const key = sha256Hex(new Uint8Array(buffer, byteOffset, byteLength));
  return remember(scope, `umap ${points.columns} ${seed} ${key}`, (run) => byUmap(points, plain, seed, run), run);
}

/** Begins where principal components put people, so that far apart keeps a meaning where it can. */
async function byUmap(points: Points, plain: Points, seed: number, run: RunContext): Promise<Points> {
  const { umap, umapDefaults } = await import('../../math/umap');
  const start = plain.columns === 2 ? plain.values : undefined;
  const values = await umap(points, { ...umapDefaults, start }, seed, run);
  return { rows: points.rows, columns: 2, values };
}

async function groupsOf(scope: SegmentScope, trait: string, users: Int32Array, run: RunContext): Promise<Uint8Array> {
  const table = await scope.store.query(
    sql`SELECT user_index, ${identifier(trait)} AS label FROM ${traitSource(scope, trait)} WHERE ${identifier(trait)} IS NOT NULL`,
    run.signal,
  );
  const labels = textsOf(table, 'label');
  const groupOf = new Map(Array.from(indexesOf(table, 'user_index'), (user, row) => [user, Number(labels[row]) - 1]));
  return Uint8Array.from(users, (user) => Math.min(noGroup, groupOf.get(user) ?? noGroup));
}

function missing(): UserError {
  return new UserError('clusters_missing', 'These clusters have not been found yet.', 'Find them first.');
}
