import { cappedAssignment, countsOf, type Assignment } from './cappedAssignment';

/** Who may go where, and what it brings. People and audiences are places 0 …. */
export interface AllocationProblem {
  people: number;
  /** In order of priority. */
  audiences: {
    /** Of one contact; 0 where nothing is said. */
    cost: number;
    /** Most contacts. */
    most?: number;
    /** What each person is expected to bring after their cost; NaN where the audience does not want them. */
    profit: Float64Array;
    /** Those whom it wants, those that it wants most first; for `priority`. */
    order: Int32Array;
  }[];
  /** Most contacts of all together. */
  contacts?: number;
  /** Most that all contacts may cost together. */
  budget?: number;
}

export interface Allocation {
  /** Of each person the audience, -1 where they go to none. */
  audience: Int16Array;
  contacts: number;
  cost: number;
  profit: number;
  /**
   * By `profit` only: no allocation brings more than this, the optimum where people could be divided (linear programme);
   * and what one unit more of money, or one contact more, would bring: 0 where there is more than can be used.
   */
  bound?: number;
  priceOfBudget?: number;
  priceOfContact?: number;
}

/** Each audience in turn takes whom it wants most of those who are left, until its own room or that of all is used up. */
export function allocateByPriority({ people, audiences, contacts = Infinity, budget = Infinity }: AllocationProblem): Allocation {
  const audience = new Int16Array(people).fill(-1);
  let [given, spent] = [0, 0];
  audiences.forEach(({ cost, most = Infinity, order }, a) => {
    let own = 0;
    for (const person of order) {
      if (own >= most || given >= contacts || spent + cost > budget * (1 + rounding)) break;
      if (audience[person] !== -1) continue;
      audience[person] = a;
      own++;
      given++;
      spent += cost;
    }
  });
  return { audience, ...totals(audience, audiences) };
}

/** Money is compared to nine digits. */
const rounding = 1e-9;

/**
 * The allocation whose expected profit is the greatest; nobody is contacted at a loss. With caps, and with a budget where
 * every contact costs the same, it is exact (a transport problem, by augmenting paths). With a budget and different costs
 * the budget gets a price, found by Eisner & Severance's cuts (Mathematical techniques for efficient record segmentation,
 * JACM 23, 1976), and what is left of it is given to whoever brings most for it: `bound` tells how far that can be from
 * the best, which is at most what a person or two bring.
 */
export function* allocateByProfit(problem: AllocationProblem): Generator<void, Allocation> {
  const { audiences, contacts = Infinity, budget = Infinity } = problem;
  const [cost] = audiences.map((each) => each.cost);
  const alike = audiences.every((each) => each.cost === cost);
  if (budget === Infinity || (alike && cost === 0)) {
    const found = yield* solve(problem, 0, contacts);
    return { ...finished(problem, found), bound: found.value, priceOfBudget: 0, priceOfContact: found.next };
  }
  if (alike) {
    const affordable = Math.floor((budget / cost) * (1 + rounding));
    const found = yield* solve(problem, 0, Math.min(contacts, affordable));
    const [scarceMoney, scarceContacts] = [affordable <= contacts, contacts <= affordable];
    // Of half a contact's money half of it could be bought.
    const bound = found.value + (scarceMoney ? (budget / cost - affordable) * found.next : 0);
    return {
      ...finished(problem, found),
      bound: Math.max(bound, found.value),
      priceOfBudget: scarceMoney ? found.next / cost : 0,
      priceOfContact: scarceContacts && !scarceMoney ? found.next : 0,
    };
  }
  return yield* withPrice(problem, budget, contacts);
}

function* withPrice(problem: AllocationProblem, budget: number, contacts: number): Generator<void, Allocation> {
  const at = function* (price: number) {
    const assignment = yield* solve(problem, price, contacts);
    return { ...assignment, ...totals(assignment.audience, problem.audiences) };
  };
  let dear = yield* at(0);
  if (dear.cost <= budget * (1 + rounding)) {
    return { ...finished(problem, dear), bound: dear.profit, priceOfBudget: 0, priceOfContact: dear.next };
  }
  let cheap = yield* at(Infinity);
  let [price, next] = [0, 0];
  for (;;) {
    price = (dear.profit - cheap.profit) / (dear.cost - cheap.cost);
    const between = yield* at(price);
    next = between.next;
    const gain = between.profit - price * between.cost - (cheap.profit - price * cheap.cost);
    if (gain <= 1e-9 * Math.max(1, Math.abs(cheap.profit))) break;
    if (between.cost > budget * (1 + rounding)) dear = between;
    else cheap = between;
  }
  const bound = cheap.profit + price * (budget - cheap.cost);
  spendRest(problem, cheap.audience, budget, contacts);
  return { ...finished(problem, cheap), bound, priceOfBudget: price, priceOfContact: next };
}

/** What is left of the budget, for moves to more profitable places, those that bring most for their money first. */
function spendRest({ audiences }: AllocationProblem, audience: Int16Array, budget: number, contacts: number): void {
  const counts = countsOf(audience, audiences.length);
  const of = (person: number, a: number) => (a === -1 ? 0 : audiences[a].profit[person]);
  const costOf = (a: number) => (a === -1 ? 0 : audiences[a].cost);
  for (let moved = true; moved;) {
    moved = false;
    let spent = counts.reduce((sum, n, a) => sum + n * audiences[a].cost, 0);
    let given = counts.reduce((sum, n) => sum + n, 0);
    const moves: { person: number; to: number; rate: number }[] = [];
    audience.forEach((from, person) => {
      audiences.forEach((_, to) => {
        const gain = of(person, to) - of(person, from);
        const extra = costOf(to) - costOf(from);
        if (to !== from && gain > 0 && spent + extra <= budget) moves.push({ person, to, rate: extra > 0 ? gain / extra : Infinity });
      });
    });
    moves.sort((x, y) => y.rate - x.rate || x.person - y.person);
    const done = new Set<number>();
    for (const { person, to } of moves) {
      const from = audience[person];
      const extra = costOf(to) - costOf(from);
      if (done.has(person) || counts[to] >= (audiences[to].most ?? Infinity) || spent + extra > budget) continue;
      if (from === -1 && given >= contacts) continue;
      if (from === -1) given++;
      else counts[from]--;
      counts[to]++;
      spent += extra;
      audience[person] = to;
      done.add(person);
      moved = true;
    }
  }
}

/** The best where a unit of money has this price; at a price of Infinity only what costs nothing. */
function* solve({ people, audiences }: AllocationProblem, price: number, contacts: number): Generator<void, Assignment> {
  const worth = audiences.map(({ cost, profit }) => {
    if (cost === 0) return profit;
    return price === Infinity ? new Float64Array(people).fill(NaN) : profit.map((value) => value - price * cost);
  });
  return yield* cappedAssignment(
    worth,
    audiences.map(({ most = Infinity }) => most),
    contacts,
  );
}

function finished({ audiences }: AllocationProblem, { audience }: Assignment) {
  return { audience, ...totals(audience, audiences) };
}

function totals(audience: Int16Array, audiences: AllocationProblem['audiences']): Pick<Allocation, 'contacts' | 'cost' | 'profit'> {
  const counts = countsOf(audience, audiences.length);
  const profit = audience.reduce((sum, a, person) => (a === -1 ? sum : sum + audiences[a].profit[person]), 0);
  return {
    contacts: counts.reduce((sum, n) => sum + n, 0),
    cost: counts.reduce((sum, n, a) => sum + n * audiences[a].cost, 0),
    profit,
  };
}
