import { sha256Hex, stableJson } from '../../base/hash';

/** What stands in the name of a table for what is in it. */
export function shortHash(content: unknown): string {
  return sha256Hex(stableJson(content)).slice(0, 16);
}
