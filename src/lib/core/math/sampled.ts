/** Whether one in so many takes a row: by a hash of its number, so that rows in some order are no bad sample. */
export function isSampled(row: number, oneIn: number): boolean {
  return oneIn <= 1 || (Math.imul(row, 0x9e3779b1) >>> 8) % oneIn === 0;
}
