/** Nesting beyond this is no data that anybody writes. */
export const deepestNesting = 64;

/**
 * A place in nested records: what lies under each key, and which column its value fills. Built from the columns' paths,
 * since a key may itself have points (`{ "a.b": 1 }` and `{ "a": { "b": 1 } }` are both `a.b`).
 */
export interface PathNode {
  path: string;
  /** Position of the column that a plain value here fills; -1 where none, or one that nobody needs. */
  column: number;
  /** Its elements are the rows. */
  isRows: boolean;
  keys: Uint8Array[];
  nodes: PathNode[];
  /** Where the next key is looked for first: records mostly have their keys in one order. */
  guess: number;
}

/**
 * @param needed columns whose cells are wanted; the others are only known
 * @param rowsAt path of the array whose elements are the rows
 */
export function pathTree(columns: readonly string[], needed: ReadonlySet<string>, rowsAt?: string): PathNode {
  const root = nodeOf('');
  const nodes = new Map([['', root]]);
  const nodeAt = (path: string): PathNode => {
    const known = nodes.get(path);
    if (known) return known;
    const node = nodeOf(path);
    nodes.set(path, node);
    // From every beginning of the path that ends at a point, the rest is one key.
    for (let point = path.lastIndexOf('.'); point > 0; point = path.lastIndexOf('.', point - 1))
      link(nodeAt(path.slice(0, point)), path.slice(point + 1), node);
    link(root, path, node);
    return node;
  };
  if (rowsAt !== undefined) nodeAt(rowsAt).isRows = true;
  columns.forEach((path, column) => {
    const node = nodeAt(path);
    if (needed.has(path)) node.column = column;
  });
  return root;
}

function nodeOf(path: string): PathNode {
  return { path, column: -1, isRows: false, keys: [], nodes: [], guess: 0 };
}

function link(from: PathNode, key: string, to: PathNode): void {
  from.keys.push(encoder.encode(key));
  from.nodes.push(to);
}

/** The node of a key, which is a range of bytes. */
export function childOf(node: PathNode, bytes: Uint8Array, start: number, end: number): PathNode | undefined {
  const { keys } = node;
  const length = end - start;
  let at = node.guess;
  for (let tries = keys.length; tries > 0; tries--) {
    const key = keys[at];
    const next = at + 1 === keys.length ? 0 : at + 1;
    if (key.length === length && isSame(key, bytes, start)) {
      node.guess = next;
      return node.nodes[at];
    }
    at = next;
  }
  return undefined;
}

function isSame(key: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < key.length; i++) if (key[i] !== bytes[start + i]) return false;
  return true;
}

/** Columns at or under a place. */
export function columnsUnder(node: PathNode, found = new Set<number>()): Set<number> {
  if (node.column >= 0) found.add(node.column);
  for (const child of node.nodes) columnsUnder(child, found);
  return found;
}

/** What stands between the plain values of a list in one cell. */
export const listSeparator = ' | ';

/**
 * Collects the columns of nested records: the paths of their plain values, and the arrays whose elements could be rows.
 * A list of `{ key, value }` is columns by its keys, as analytics exports write their parameters.
 */
export class PathCollector {
  /** By path, in the order in which they were first seen: whether any record has a value there. */
  readonly #columns = new Map<string, boolean>();
  readonly #arrays = new Set<string>();

  constructor(private readonly rowsAt?: string) {}

  add(value: unknown, path = '', depth = 0): void {
    if (depth > deepestNesting) return;
    if (value === null || value === undefined) {
      if (path !== '' && !this.#columns.has(path)) this.#columns.set(path, false);
    } else if (Array.isArray(value)) this.#addList(value, path, depth);
    else if (typeof value === 'object') {
      for (const [key, child] of Object.entries(value)) this.add(child, path === '' ? key : `${path}.${key}`, depth + 1);
    } else this.#columns.set(path, true);
  }

  get columns(): string[] {
    const filled = [...this.#columns].filter(([, isFilled]) => isFilled).map(([path]) => path);
    const isNested = (path: string) => this.#arrays.has(path) || filled.some((other) => other.startsWith(`${path}.`));
    // What is always empty is a column, unless it turned out to hold something nested.
    return [...this.#columns].filter(([path, isFilled]) => isFilled || !isNested(path)).map(([path]) => path);
  }

  get arrays(): string[] {
    return [...this.#arrays];
  }

  #addList(list: readonly unknown[], path: string, depth: number): void {
    const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
    if (path === this.rowsAt) {
      this.#arrays.add(path);
      for (const element of list) this.add(element, path, depth + 1);
    } else if (list.length > 0 && list.every(isKeyValue)) {
      for (const { key } of list as { key: string }[]) this.#columns.set(`${path}.${key}`, true);
    } else if (list.some(isObject)) this.#arrays.add(path);
    else if (list.length > 0) this.#columns.set(path, true);
  }
}

function isKeyValue(element: unknown): boolean {
  return typeof element === 'object' && element !== null && 'value' in element && typeof (element as { key?: unknown }).key === 'string';
}

const encoder = new TextEncoder();
