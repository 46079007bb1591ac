import type { OptionValues } from '../../base/options';
import type { RunContext } from '../../base/run';
import type { ModelState } from '../../recommenders/modelState';
import { dayNumber } from '../../schema/days';
import type { DataScope } from '../../store/dataScope';
import { fitLifetime, heldOutStart, lifetimeSection, type Lifetime } from '../clv/lifetime';
import { historiesUntil, type Histories } from '../clv/purchaseDays';
import { purchaseModelIds, type PurchaseModel, type PurchaseModelId } from '../clv/purchaseModel';
import { purchaseModel } from '../clv/purchaseModels';
import { readPurchaseDays } from '../clv/readPurchaseDays';
import { customerValues, type CustomerValues, type ValueOptions } from '../clv/value';
import type { PredictionTarget } from '../spec';
import { byPersonNumber, noMoney } from './clvInputs';
import { eventNever } from './propensity';
import type { ComputedTask } from './task';

const format = 'clv/1';

/**
 * "What will this customer be worth?" of everyone who did the event: the chance that they are a customer still, what is
 * expected of them within the target's days, and the discounted margin over a lifetime. A model of who buys again and
 * when is fitted to everybody's purchase days and tested on the last part of the time, a model of spend to the amounts.
 */
export const clv: ComputedTask = {
  id: 'clv',
  asks: ['event', 'withinDays'],
  options: [
    {
      name: 'purchaseModel',
      kind: 'choice',
      default: 'auto',
      choices: ['auto', ...purchaseModelIds],
      what: 'Automatic takes the model that finds the held-out purchases most likely.',
    },
    {
      name: 'testPercent',
      kind: 'number',
      integer: true,
      default: 33,
      min: 10,
      max: 60,
      unit: '%',
      what: 'Raising it tests on more of the time at the end, and leaves less to choose the model by; the figures are always made from all.',
    },
    {
      name: 'lifetimeDays',
      kind: 'number',
      integer: true,
      default: 365,
      min: 30,
      max: 3650,
      unit: 'days',
      what: 'Raising it adds up the value of more time ahead, of which less is known.',
    },
    {
      name: 'yearlyDiscount',
      kind: 'number',
      default: 10,
      min: 0,
      max: 100,
      unit: '%',
      what: 'Raising it makes money that comes later worth less today.',
    },
    {
      name: 'marginPercent',
      kind: 'number',
      default: 100,
      min: 0,
      max: 100,
      unit: '%',
      what: 'What is left of spend after the cost of goods; 100 counts revenue.',
    },
  ],
  outputs: [
    { name: 'value', kind: 'money' },
    { name: 'alive', kind: 'share' },
    { name: 'purchases', kind: 'number' },
    { name: 'spend', kind: 'money' },
  ],
  labels: null,

  async compute(scope, { target, options, observed: { to, times } }, _tools, run) {
    const event = target.event!;
    if (times === 0) throw eventNever(event);
    const purchases = await readPurchaseDays(scope, event, to, run.signal);
    const end = dayNumber(to);
    const lifetime = await fitLifetime(
      purchases,
      {
        model: options.purchaseModel as PurchaseModelId | 'auto',
        end,
        heldOutFrom: heldOutStart(purchases, end, Number(options.testPercent) / 100),
        fitUntil: end,
      },
      run,
    );
    const fitted = { model: lifetime.model, parameters: lifetime.fit.parameters, money: lifetime.money?.fit.parameters ?? null };
    const values = await valuesOf(fitted, lifetime.histories, target, options, run);
    const days = { horizonDays: target.withinDays!, lifetimeDays: Number(options.lifetimeDays) };
    const findings = [...(lifetime.money ? [] : noMoney(event).findings), ...lifetime.findings];
    return {
      outputs: outputsOf(scope, lifetime.histories, values),
      sections: [
        lifetimeSection(lifetime, days, values.alive),
        ...(findings.length > 0 ? [{ kind: 'diagnostics' as const, findings }] : []),
        ...(lifetime.tracking ? [lifetime.tracking] : []),
        ...(lifetime.heldOut ? [lifetime.heldOut] : []),
      ],
      backend: 'cpu',
      state: stateOf(lifetime),
    };
  },

  async again(scope, { target, options, observed: { to } }, state, _tools, run) {
    const purchases = await readPurchaseDays(scope, target.event!, to, run.signal);
    const histories = historiesUntil(purchases, dayNumber(to));
    return { outputs: outputsOf(scope, histories, await valuesOf(fittedOf(state), histories, target, options, run)) };
  },
};

/** Enough to say what is expected of anybody. */
export interface FittedLifetime {
  model: PurchaseModel;
  parameters: readonly number[];
  money: readonly number[] | null;
}

/** What {@link clv} has learnt; throws where the state is of another format, which whoever saved it must prevent. */
export function fittedOf({ format: found, meta }: ModelState): FittedLifetime {
  if (found !== format) throw new Error(`a state of the format "${found}" is no lifetime value`);
  return {
    model: purchaseModel(meta.model as PurchaseModelId),
    parameters: meta.parameters as number[],
    money: meta.money as number[] | null,
  };
}

function stateOf({ model, fit, money }: Lifetime): ModelState {
  return { format, arrays: {}, meta: { model: model.id, parameters: fit.parameters, money: money?.fit.parameters ?? null } };
}

function valuesOf(
  { model, parameters, money }: FittedLifetime,
  histories: Histories,
  target: PredictionTarget,
  options: OptionValues,
  run: RunContext,
): Promise<CustomerValues> {
  const asked: ValueOptions = {
    horizonDays: target.withinDays!,
    lifetimeDays: Number(options.lifetimeDays),
    yearlyDiscount: Number(options.yearlyDiscount) / 100,
    margin: Number(options.marginPercent) / 100,
  };
  return customerValues(model, parameters, money, histories, asked, run);
}

function outputsOf({ users }: Pick<DataScope, 'users'>, { customer }: Histories, values: CustomerValues): Record<string, Float64Array> {
  const { value, alive, purchases, spend } = values;
  return Object.fromEntries(
    Object.entries({ value, alive, purchases, spend }).map(([name, each]) => [name, byPersonNumber(users, customer, each)]),
  );
}
