import type { Experiment } from '$lib/core/audiences/experiment';

/** The experiment with one arm more; the first time with two. All get equal shares. */
export function freshArms(experiment: Experiment): Experiment {
  const ids = (experiment.arms ?? []).map(({ id }) => id);
  const free = () => [...'abcdefghijklmnopqrst'].find((id) => !ids.includes(id)) ?? `arm-${ids.length + 1}`;
  while (ids.length < 2 || ids.length === (experiment.arms ?? []).length) ids.push(free());
  return evenly({ ...experiment, arms: ids.map((id) => experiment.arms?.find((arm) => arm.id === id) ?? { id, share: 1 }) });
}

/** Without one of its arms; with a single one left it has no arms, as everybody gets the same. */
export function withoutArm(experiment: Experiment, place: number): Experiment {
  const { arms, ...rest } = experiment;
  const left = arms!.filter((_, i) => i !== place);
  return left.length < 2 ? rest : evenly({ ...rest, arms: left });
}

/** The arms in their proportions, so that they fill what the hold-out leaves. */
export function sharesEvened(experiment: Experiment): Experiment {
  const { arms, holdOut } = experiment;
  if (!arms) return experiment;
  const sum = arms.reduce((total, { share }) => total + share, 0);
  return {
    ...experiment,
    arms: filled(
      arms.map((arm) => ({ ...arm, share: (arm.share / sum) * (1 - holdOut) })),
      holdOut,
    ),
  };
}

function evenly(experiment: Experiment): Experiment {
  return sharesEvened({ ...experiment, arms: experiment.arms?.map((arm) => ({ ...arm, share: 1 })) });
}

/** Shares of four digits that make a whole: the last takes what rounding leaves. */
function filled(arms: NonNullable<Experiment['arms']>, holdOut: number): NonNullable<Experiment['arms']> {
  const rounded = arms.map((arm) => ({ ...arm, share: Number(arm.share.toFixed(4)) }));
  const others = rounded.slice(0, -1).reduce((sum, { share }) => sum + share, holdOut);
  rounded[rounded.length - 1].share = Number((1 - others).toFixed(6));
  return rounded;
}
