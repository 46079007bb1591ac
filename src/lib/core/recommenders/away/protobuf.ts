/**
 * As much of Protocol Buffers as an ONNX file needs: varints, and fields that have a length. A message is the bytes of
 * its fields one after another (https://protobuf.dev/programming-guides/encoding/).
 */
export type Message = readonly Uint8Array[];

/** A whole number that is not negative. */
export function numberField(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(field * 8), ...varint(value)]);
}

export function textField(field: number, text: string): Uint8Array {
  return bytesField(field, new TextEncoder().encode(text));
}

export function messageField(field: number, message: Message): Uint8Array {
  return bytesField(field, bytesOf(message));
}

export function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  const head = [...varint(field * 8 + 2), ...varint(bytes.length)];
  const whole = new Uint8Array(head.length + bytes.length);
  whole.set(head);
  whole.set(bytes, head.length);
  return whole;
}

export function bytesOf(message: Message): Uint8Array {
  const bytes = new Uint8Array(message.reduce((sum, field) => sum + field.length, 0));
  let at = 0;
  for (const field of message) {
    bytes.set(field, at);
    at += field.length;
  }
  return bytes;
}

/** Seven bits a byte, the lowest first; all but the last have the eighth bit. Not by shifts: those end at 32 bits. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}
