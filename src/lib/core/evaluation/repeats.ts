import type { Measurement } from './evaluate';

/** What was measured on the users of one cut. */
export interface MeasuredUsers {
  users: Int32Array;
  measured: Measurement;
}

/**
 * Several measurements of one model as one: a user who was tested more than once counts once, with the mean of their
 * numbers, so that resampling users stays resampling people. What no single user has is the mean over the repeats.
 */
export function pooled(repeats: readonly MeasuredUsers[]): MeasuredUsers {
  if (repeats.length === 1) return repeats[0];
  const { names } = repeats[0].measured;
  const users = Int32Array.from(new Set(repeats.flatMap(({ users }) => [...users]))).sort();
  const rowOf = new Map([...users].map((user, row) => [user, row]));
  const perUser = new Float64Array(users.length * names.length);
  const counts = new Int32Array(perUser.length);
  for (const { users: own, measured } of repeats) {
    own.forEach((user, row) => {
      for (let metric = 0; metric < names.length; metric++) {
        const value = measured.perUser[row * names.length + metric];
        if (Number.isNaN(value)) continue;
        perUser[rowOf.get(user)! * names.length + metric] += value;
        counts[rowOf.get(user)! * names.length + metric]++;
      }
    });
  }
  const mean = (of: (measured: Measurement) => number) => repeats.reduce((sum, { measured }) => sum + of(measured), 0) / repeats.length;
  const [first] = repeats;
  return {
    users,
    measured: {
      names,
      perUser: perUser.map((sum, at) => (counts[at] === 0 ? NaN : sum / counts[at])),
      coverage: Object.fromEntries(Object.keys(first.measured.coverage).map((name) => [name, mean(({ coverage }) => coverage[name])])),
      overlap: {
        ...first.measured.overlap,
        lists: Math.round(mean(({ overlap }) => overlap.lists)),
        shared: mean(({ overlap }) => overlap.shared),
      },
    },
  };
}
