import { z } from '../../base/shape';
import { UserError } from '../../base/errors';

/**
 * How far a run may be from the one before: beyond any of these its files are not handed over. What is not said has no
 * limit.
 */
export const driftLimitsSchema = z.strictObject({
  /** Growing or shrinking of an audience, as a share of what it was: 0.3 is 30 %. */
  size: z.number().min(0).optional(),
  /** Population stability index of any trait or segment in an audience; 0.25 is commonly called a shift. */
  mixPsi: z.number().min(0).optional(),
  /** The same of a score over everybody. */
  scorePsi: z.number().min(0).optional(),
  /** Kolmogorov–Smirnov's distance of a score over everybody, 0 … 1. */
  scoreKs: z.number().min(0).max(1).optional(),
  /** What a measure of a model's quality may lose, as a share of what it was. */
  quality: z.number().min(0).optional(),
});

export type DriftLimits = z.infer<typeof driftLimitsSchema>;
export type DriftLimit = keyof DriftLimits;

const names = Object.keys(driftLimitsSchema.shape) as DriftLimit[];

/** As they stand on a command line: `score-psi`. */
const written = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
export const driftLimitNames = names.map(written);

/**
 * Reads `size=30%,score-psi=.25`.
 * @throws UserError `drift_limit`
 */
export function readDriftLimits(text: string): DriftLimits {
  const limits: DriftLimits = {};
  for (const part of text.split(/[\s,]+/).filter((word) => word !== '')) {
    const [, key, digits, percent] = /^([a-z-]+)=(\d*\.?\d+)(%?)$/.exec(part) ?? [];
    const name = names.find((known) => written(known) === key);
    const value = percent === '%' ? Number(digits) / 100 : Number(digits);
    if (name === undefined || !driftLimitsSchema.safeParse({ [name]: value }).success) throw notALimit(part);
    limits[name] = value;
  }
  return limits;
}

function notALimit(part: string): UserError {
  const known = driftLimitNames.join(', ');
  return new UserError('drift_limit', `"${part}" is no limit of drift.`, `Write name=number or name=number%, of: ${known}.`, {
    part,
    known,
  });
}
