/** Large parts of a saved workspace are named `table:<table>:<number>` and `model:<key>`. */
export const tablePart = (table: string, number: number) => `table:${table}:${number}`;
export const modelPart = (key: string) => `model:${key}`;

/** Empty where the part is none of a table. */
export const tableOf = (part: string) => (part.startsWith('table:') ? part.slice(6, part.lastIndexOf(':')) : '');
export const numberOf = (part: string) => Number(part.slice(part.lastIndexOf(':') + 1));
