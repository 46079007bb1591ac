import { afterEach, expect, it } from 'vitest';
import { identifier, sql } from '../../../src/lib/core/store/sql';
import { Garbage } from '../../../src/lib/work/garbage';
import type { WorkspaceState } from '../../../src/lib/work/workspace';
import { closeDesks, importDesk } from '../../support/importDesk';

afterEach(closeDesks);

/** A state whose only prediction has its scores in the table. */
const withScores = (state: WorkspaceState, table: string): WorkspaceState => ({
  ...state,
  predictions: new Map([['soon', { outputs: new Map([['soon', { table }]]) }]]) as never,
});

it('leaves the scores alone that are made while tables of an earlier state are dropped', async () => {
  const desk = await importDesk();
  await desk.add({ 'may.csv': 'user_id,item_id,event,timestamp\nann,tea,buy,2026-05-01 10:00\n' });
  const store = await desk.desk.store();
  const before = withScores(desk.desk.state, 'scores_before');
  const present: WorkspaceState = { ...desk.desk.state, data: null, dataBefore: null, predictions: new Map() };
  for (const table of ['scores_before', 'scores_made']) await store.execute(sql`CREATE TABLE ${identifier(table)} (user_index INTEGER)`);
  const garbage = new Garbage();
  garbage.know(before);

  const sweeping = garbage.sweep(store, present);
  // A model is trained in the meantime, and its state is the newest now.
  garbage.know(withScores(present, 'scores_made'));
  await sweeping;

  const left = await store.query(sql`SELECT table_name AS name FROM duckdb_tables() WHERE starts_with(table_name, 'scores_')`);
  expect(left.toArray().map(({ name }) => String(name))).toEqual(['scores_made']);
});
