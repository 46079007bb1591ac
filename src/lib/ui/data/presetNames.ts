/** Presets are named after the data sets they read; the names are the same in every language. */
const names: Record<string, string> = {
  'uci-online-retail': 'UCI Online Retail',
  movielens: 'MovieLens',
  cdnow: 'CDNOW',
  'event-log': 'Event log',
};

export function presetName(id: string): string {
  return names[id] ?? id;
}
