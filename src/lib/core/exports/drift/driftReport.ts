import type { Spread } from '../../predictions/drift';
import { psiLimits, stabilityIndex } from '../../predictions/drift';
import type { DriftLimit, DriftLimits } from './limits';
import { mixShift, scoreDistance, type DriftColumn, type MixShift, type ScoreSpread } from './spreads';

/** What a manifest says of a run, as far as another one is compared with it. */
export interface DriftBase {
  createdAt: string;
  asOf: string;
  plan: { sha256: string };
  data: { sha256: string };
  audiences: readonly { id: string; members: number; spreads?: readonly Spread[] }[];
  models?: readonly { id: string; quality: Readonly<Record<string, number>>; score?: ScoreSpread }[];
}

/** The people of this run, by the audiences and models that its manifest names. */
export interface DriftColumns {
  audiences: ReadonlyMap<string, readonly DriftColumn[]>;
  scores: ReadonlyMap<string, DriftColumn & { kind: 'number' }>;
}

/** How a run differs from an earlier one; `drift.json`. */
export interface DriftReport {
  muster: 1;
  since: RunName;
  now: RunName;
  audiences: AudienceDrift[];
  models: ModelDrift[];
  /** In the earlier run and not in this one. */
  gone: { audiences: string[]; models: string[] };
  limits: DriftLimits;
  /** What lies beyond its limit; a run with any is not handed over. */
  exceeded: DriftExcess[];
}

export interface RunName {
  createdAt: string;
  asOf: string;
  planSha256: string;
  dataSha256: string;
}

export interface AudienceDrift {
  id: string;
  /** null: it was not there before. */
  then: number | null;
  now: number;
  /** (now − then) / then; null where there was none or nobody in it. */
  change: number | null;
  /** What shifted most first. */
  mix: MixShift[];
  /** Traits from the customary limit of {@link psiLimits} on. */
  shifted: number;
}

export interface ModelDrift {
  id: string;
  /** Of the score over everybody; null where either run has none. */
  score: { psi: number; ks: number } | null;
  quality: { measure: string; then: number; now: number; change: number | null }[];
}

export interface DriftExcess {
  limit: DriftLimit;
  /** The audience or model. */
  of: string;
  /** The trait or measure, where it is one of several. */
  what?: string;
  /** null: without bound, as an audience that had nobody. */
  value: number | null;
  most: number;
}

/** @param columns of the run that `now` is of */
export function driftReport(then: DriftBase, now: DriftBase, columns: DriftColumns, limits: DriftLimits): DriftReport {
  const audiences = now.audiences.map((audience) =>
    audienceDrift(
      audience,
      then.audiences.find(({ id }) => id === audience.id),
      columns.audiences.get(audience.id) ?? [],
    ),
  );
  const models = (now.models ?? []).flatMap((model) => {
    const earlier = then.models?.find(({ id }) => id === model.id);
    return earlier ? [modelDrift(model, earlier, columns.scores.get(model.id))] : [];
  });
  const goneFrom = (before: readonly { id: string }[] = [], after: readonly { id: string }[] = []) =>
    before.map(({ id }) => id).filter((id) => !after.some((other) => other.id === id));
  return {
    muster: 1,
    since: nameOf(then),
    now: nameOf(now),
    audiences,
    models,
    gone: { audiences: goneFrom(then.audiences, now.audiences), models: goneFrom(then.models, now.models) },
    limits,
    exceeded: [...excesses(audiences, models, limits)],
  };
}

function audienceDrift(
  { id, members }: { id: string; members: number },
  earlier: DriftBase['audiences'][number] | undefined,
  columns: readonly DriftColumn[],
): AudienceDrift {
  const mix = mixShift(earlier?.spreads ?? [], columns);
  return {
    id,
    then: earlier?.members ?? null,
    now: members,
    change: earlier ? changeOf(earlier.members, members) : null,
    mix,
    shifted: mix.filter(({ psi }) => psi >= psiLimits.shifted).length,
  };
}

type Model = NonNullable<DriftBase['models']>[number];

function modelDrift({ id, quality }: Model, earlier: Model, scores: (DriftColumn & { kind: 'number' }) | undefined): ModelDrift {
  const { score } = earlier;
  return {
    id,
    score:
      score && scores && scores.values.length > 0
        ? { psi: stabilityIndex(score.spread, scores.values), ks: scoreDistance(score.percentiles, scores.values) }
        : null,
    quality: Object.entries(quality)
      .filter(([measure]) => measure in earlier.quality)
      .map(([measure, now]) => ({ measure, then: earlier.quality[measure], now, change: changeOf(earlier.quality[measure], now) })),
  };
}

function* excesses(audiences: readonly AudienceDrift[], models: readonly ModelDrift[], limits: DriftLimits): Generator<DriftExcess> {
  const { size, mixPsi, scorePsi, scoreKs, quality } = limits;
  for (const { id, then, now, change, mix } of audiences) {
    const isBeyond = change === null ? then === 0 && now > 0 : Math.abs(change) > (size ?? Infinity);
    if (size !== undefined && isBeyond) yield { limit: 'size', of: id, value: change, most: size };
    for (const { id: what, psi } of mix) if (psi > (mixPsi ?? Infinity)) yield { limit: 'mixPsi', of: id, what, value: psi, most: mixPsi! };
  }
  for (const { id, score, quality: measures } of models) {
    if (score && score.psi > (scorePsi ?? Infinity)) yield { limit: 'scorePsi', of: id, value: score.psi, most: scorePsi! };
    if (score && score.ks > (scoreKs ?? Infinity)) yield { limit: 'scoreKs', of: id, value: score.ks, most: scoreKs! };
    for (const { measure: what, change } of measures)
      if (change !== null && -change > (quality ?? Infinity)) yield { limit: 'quality', of: id, what, value: change, most: quality! };
  }
}

function changeOf(then: number, now: number): number | null {
  return then === 0 ? (now === 0 ? 0 : null) : (now - then) / Math.abs(then);
}

function nameOf({ createdAt, asOf, plan, data }: DriftBase): RunName {
  return { createdAt, asOf, planSha256: plan.sha256, dataSha256: data.sha256 };
}
