/**
 * Names what a long text says, for keys that live as long as the page: two lanes of 32 bits and the length. SHA-256 of
 * half a million ids would take most of a second.
 */
export function textKey(text: string): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    b = Math.imul(b ^ unit, 0x5f356495);
    // Without the turn, the high bits of one letter would never reach those of the next.
    a = (a << 13) | (a >>> 19);
  }
  return `${text.length}_${(a >>> 0).toString(16)}${(b >>> 0).toString(16)}`;
}
