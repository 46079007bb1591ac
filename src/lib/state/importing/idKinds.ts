/** Kinds of id that a column can hold beside the row's own: rows with the same one are of the same person. */
export const idKinds = ['email', 'phone', 'device', 'member', 'wechat'] as const;
