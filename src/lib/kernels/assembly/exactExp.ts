/** core/math/trees/exactExp.ts, operation by operation. */
export function exactExp(x: f64): f64 {
  const bounded = min<f64>(700, max<f64>(-700, x));
  const whole = Math.floor(bounded * 1.4426950408889634 + 0.5);
  const r = bounded - whole * 0.69314718036912381649 - whole * 1.90821492927058770002e-10;
  let sum: f64 = 1.0 / 39916800.0;
  sum = sum * r + 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
  sum = sum * r + 1.0 / 720.0;
  sum = sum * r + 1.0 / 120.0;
  sum = sum * r + 1.0 / 24.0;
  sum = sum * r + 1.0 / 6.0;
  sum = sum * r + 0.5;
  sum = sum * r + 1.0;
  sum = sum * r + 1.0;
  return sum * reinterpret<f64>(<i64>(<i32>whole + 1023) << 52);
}
