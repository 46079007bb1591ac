/**
 * eˣ by additions and multiplications alone: engines' own differ in the last digit, and then two machines would grow
 * different trees. The relative error is below 2e-14. The kernels compute the same (kernels/assembly/exactExp.ts).
 */
export function exactExp(x: number): number {
  const bounded = Math.min(700, Math.max(-700, x));
  const whole = Math.floor(bounded * 1.4426950408889634 + 0.5);
  const r = bounded - whole * 0.69314718036912381649 - whole * 1.90821492927058770002e-10;
  let sum = 1 / 39916800;
  for (const term of inverseFactorials) sum = sum * r + term;
  return sum * powers[whole + 1023];
}

/** 1/10! … 1/0!. */
const inverseFactorials = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map((n) => {
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return 1 / product;
});

const powers = Float64Array.from({ length: 2047 }, (_, i) => 2 ** (i - 1023));

export function exactSigmoid(x: number): number {
  return 1 / (1 + exactExp(-x));
}
