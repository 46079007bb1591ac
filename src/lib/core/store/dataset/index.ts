/** From files to versions of the data; loads Arrow, so whoever wants a light first chunk imports this when it is needed. */
export {
  appendStaged,
  cleanData,
  importSource,
  importStaged,
  mergePeopleBy,
  removeSource,
  removeSources,
  withRules,
  type AppendResult,
  type BuildOptions,
  type ImportRequest,
  type ImportResult,
} from './importSource';
export type { NewSource } from './buildVersion';
export { countEqualRows, stageFiles, type StageRequest, type StagedFiles } from './stageSource';
export { importChange, type ChangeQuestion } from './importChange';
export { joinedReport } from './importReport';
export { estimateImport, type ImportEstimate } from './importEstimate';
export { adoptLegacy, legacyTables } from './legacy';
export { erasePerson, findPerson, numbersOf, scoresWithout, type Erased, type ErasedRows, type PersonIds } from './erasePerson';
export { readRejects, readRejectTable, rejectTables } from './rejects';
export { rejectsCsv } from './rejectsCsv';
export { dropTables, keepsNumbers, restoreVersion, tablesToSave, type DatasetSource, type DatasetVersion, type EventPart } from './version';
export { ordersOf } from './orders';
export { attributeSources, type AttributeSources } from './attributeSources';
export { peopleWithId, personIds, type RawId } from './personIds';
export { identityPreview, type IdentityPreview } from './identityPreview';
