/** UTF-16 units that a name in a plan may have; the schema and every input for a name say the same. */
export const longestName = 120;
