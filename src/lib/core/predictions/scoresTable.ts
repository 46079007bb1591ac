import { identifier, sql } from '../store/sql';
import type { TableStore } from '../store/tableStore';

/** Where a model's scores lie: the trait `score:<model>`. Customers without a score have no row. */
const columns = sql`user_index INTEGER, model VARCHAR, score DOUBLE`;

/** Creates the `scores` table where it is missing, so that questions about scores can be asked before any training. */
export async function ensureScoresTable(store: TableStore): Promise<void> {
  await store.execute(sql`CREATE TABLE IF NOT EXISTS scores (${columns})`);
}

/** Replaces the rows of one model. */
export async function putScores(store: TableStore, model: string, scores: Float32Array): Promise<void> {
  const { makeTable } = await import('apache-arrow');
  const users: number[] = [];
  scores.forEach((score, user) => {
    if (!Number.isNaN(score)) users.push(user);
  });
  const staged = 'temp_scores';
  const table = makeTable({ user_index: Int32Array.from(users), score: Float64Array.from(users, (user) => scores[user]) });
  await ensureScoresTable(store);
  await store.putTable(staged, table);
  try {
    await store.execute(sql`DELETE FROM scores WHERE model = ${model}`);
    await store.execute(sql`INSERT INTO scores SELECT user_index, ${model}, score FROM ${identifier(staged)} ORDER BY user_index`);
  } finally {
    await store.execute(sql`DROP TABLE IF EXISTS ${identifier(staged)}`);
  }
}

/** Takes the scores of all models away. */
export async function dropScores(store: TableStore): Promise<void> {
  await store.execute(sql`DROP TABLE IF EXISTS scores`);
}
