import type { Command } from './command';
import { breakEven } from './breakEven';
import { check } from './check';
import { clv } from './clv';
import { destinations } from './destinations';
import { doctor } from './doctor';
import { effect } from './effect';
import { evaluate } from './evaluate';
import { exportMatrix } from './exportMatrix';
import { exportModel } from './exportModel';
import { inspect } from './inspect';
import { models } from './models';
import { predict } from './predict';
import { referral } from './referral';
import { results } from './results';
import { run } from './run';
import { schema } from './schema';
import { uplift } from './uplift';
import { verify } from './verify';

/** All commands in the order `--help` lists them. A new one is a file in this folder and a line here. */
export const commands: readonly Command[] = [
  run,
  verify,
  results,
  effect,
  breakEven,
  referral,
  check,
  inspect,
  evaluate,
  predict,
  clv,
  uplift,
  exportModel,
  exportMatrix,
  doctor,
  models,
  destinations,
  schema,
];
