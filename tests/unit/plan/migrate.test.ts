import { describe, expect, it } from 'vitest';
import { migratePlan, type Migration } from '$lib/core/plan/migrate';

/** A made-up history: version 2 renamed `title` to `name`, version 3 made `files` a list. */
const history: Migration[] = [
  { from: 1, what: 'title is called name.', migrate: ({ title, ...rest }) => ({ ...rest, name: title }) },
  { from: 2, what: 'file became files.', migrate: ({ file, ...rest }) => ({ ...rest, files: [file] }) },
];

describe('migratePlan', () => {
  it('brings an old plan forward one version at a time and says what changed', () => {
    const old = { muster: 1, title: 'Spring', file: 'orders.csv' };
    expect(migratePlan(old, history, 3)).toEqual({
      document: { muster: 3, name: 'Spring', files: ['orders.csv'] },
      changes: ['title is called name.', 'file became files.'],
    });
    expect(old).toEqual({ muster: 1, title: 'Spring', file: 'orders.csv' });
  });

  it('leaves a current plan as it is', () => {
    const plan = { muster: 3, name: 'Spring' };
    expect(migratePlan(plan, history, 3)).toEqual({ document: plan, changes: [] });
  });

  it('refuses a plan from the future, one it has no way for, and one without a version', () => {
    expect(() => migratePlan({ muster: 4 }, history, 3)).toThrow('version 4');
    expect(() => migratePlan({ muster: 0 }, history, 3)).toThrow('cannot bring forward');
    expect(() => migratePlan({ name: 'Spring' }, history, 3)).toThrow('does not say which version');
  });
});

it('a plan of version 1 has its autoencoder under the name that says what it is, and the model keeps its own', () => {
  const old = {
    muster: 1,
    name: 'Spring',
    models: [
      { id: 'neural-mf', kind: 'recommender', algorithm: 'neural-mf', options: { epochs: 5 } },
      { id: 'tastes', algorithm: 'ials' },
      'x',
    ],
  };
  expect(migratePlan(old).document.models).toEqual([
    { id: 'neural-mf', kind: 'recommender', algorithm: 'mult-dae', options: { epochs: 5 } },
    { id: 'tastes', algorithm: 'ials' },
    'x',
  ]);
});
