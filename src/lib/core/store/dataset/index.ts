/** From files to canonical tables; loads Arrow, so whoever wants a light first chunk imports this when it is needed. */
export { importSource, removeSource, type ImportRequest, type ImportResult } from './importSource';
export { finishTables, type FinishOptions, type FinishResult } from './finishTables';
export { readRejects } from './sourceTables';
export { rejectsCsv } from './rejectsCsv';
