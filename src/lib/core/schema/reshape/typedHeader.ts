import type { Reshape } from './reshape';

/** RecBole's headers say what each column is (`user_id:token`): the rows stay as they are, the columns lose their types. */
export const typedHeader: Reshape = {
  id: 'typed-header',
  columns: (fileColumns) => fileColumns.map((name) => name.replace(typed, '')),
  records: (inner) => inner,
};

export const typed = /:(token|token_seq|float|float_seq)$/;
