/**
 * The fold of each person by a hash of their id (FNV-1a, then the finaliser of MurmurHash3), so that somebody who is in
 * several campaigns is in one fold, and stays there when data is added or numbers change.
 */
export function personFolds(userIds: readonly string[], folds: number, seed: number): Uint8Array {
  return Uint8Array.from(userIds, (id) => {
    let hash = 0x811c9dc5 ^ seed;
    for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0) % folds;
  });
}
