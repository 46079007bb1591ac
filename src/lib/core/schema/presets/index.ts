import { cdnow } from './cdnow';
import { eventLog } from './eventLog';
import { movielens } from './movielens';
import type { SourcePreset } from './preset';
import { uciOnlineRetail } from './uciOnlineRetail';

/** Asked in this order; the first that recognises the file maps it. */
export const sourcePresets: readonly SourcePreset[] = [uciOnlineRetail, movielens, cdnow, eventLog];
