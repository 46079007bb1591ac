const yesWords = new Set(['1', 'true', 't', 'yes', 'y', 'on', 'subscribed', '是', '同意', '已订阅', '已同意']);
const noWords = new Set(['0', 'false', 'f', 'no', 'n', 'off', 'unsubscribed', '否', '不同意', '未订阅', '未同意', '退订']);

/** 1 yes, 0 no, -1 neither. */
export function readBoolean(text: string): 1 | 0 | -1 {
  const word = text.trim().toLowerCase();
  return yesWords.has(word) ? 1 : noWords.has(word) ? 0 : -1;
}
