import { bundlesPage } from './bundles';
import { idsOfUsers, peopleMap, peopleRule } from './clusters';
import { customerPicks, customerScores, customerStanding } from './customerPage';
import { audiencePreview, exportChanges, exportPreview, exportReadiness, exportsRun, exportsZip, exportVerify } from './exports';
import { filesOpen } from './files';
import { idListReport } from './idLists';
import { offerPlanned } from './offers';
import { listPreview } from './listPolicies';
import { itemBuyers, itemsOne, itemsPage } from './items';
import {
  knownColumns,
  peopleSegments,
  profilesOne,
  profilesPage,
  salesByMonth,
  traitHistogram,
  traitPreview,
  traitsDetails,
  traitsList,
  valuesList,
} from './profiles';
import { moneyRates } from './money';
import { predictionsCompare, predictionScore, predictionTake, predictionTrain } from './predictions';
import { promotionMeasured, promotionSplits, promotionUnits } from './promotions';
import { personElsewhere, personErase, privacyReport } from './privacy';
import { cleaningApply, columnProfiles, qualityReport } from './quality';
import { recommenderBasket, recommendersTestLook, recommenderWhy } from './reasons';
import { recommenderEstimate, recommendersCompare, recommendersForUser, recommenderTune } from './recommenders';
import { eventProperties, referralMeasured } from './referrals';
import { modelBring, modelDeleteWeights, modelForget, modelRename, modelRetire, modelRetrain, modelsList, modelTake } from './registry';
import { segmentSql } from './ruleSql';
import { campaignsMeasured, exportExperiments, exportMeasured } from './results';
import { segmentHistory, segmentMovers, segmentMoves } from './segmentHistory';
import { customerSegments, segmentChecks, segmentExplain, segmentInsight, segmentPeople, segmentsOverlap } from './segmentInsight';
import { rulesCompare, rulesMovers, segmentVersions } from './segmentVersions';
import { cohorts, lifeCycle, rfmCompare, rfmHistory, segmentRfm, valueTiers } from './segmentations';
import { segmentCount } from './segments';
import { segmentPlaces, segmentPortrait } from './portraits';
import { attributeSources, identityApply, identityPreview, personIds, survivorshipApply } from './people';
import {
  dataStepBack,
  sourceDiscard,
  sourceImport,
  sourceInspect,
  sourceRejects,
  sourceRejectSample,
  sourceRemove,
  sourceStage,
} from './sources';
import { systemReport } from './system';
import { peopleIds, tagReport } from './tags';
import {
  storageReport,
  workspaceCreate,
  workspaceDuplicate,
  workspaceExport,
  workspaceImport,
  workspaceList,
  workspaceListDeleted,
  workspaceOpen,
  workspaceOpenSample,
  workspaceRemove,
  workspaceRename,
  workspaceRestore,
  workspaceSavePlan,
  workspaceWipe,
} from './workspaces';

/** All that can be asked, in the order of the thread. Page, command line and tests derive their types from it. */
export const operations = {
  systemReport,
  workspaceList,
  workspaceCreate,
  workspaceOpen,
  workspaceOpenSample,
  workspaceRename,
  workspaceDuplicate,
  workspaceRemove,
  workspaceListDeleted,
  workspaceRestore,
  workspaceWipe,
  workspaceExport,
  workspaceImport,
  storageReport,
  workspaceSavePlan,
  filesOpen,
  sourceInspect,
  sourceStage,
  sourceImport,
  sourceDiscard,
  sourceRejects,
  sourceRejectSample,
  sourceRemove,
  dataStepBack,
  qualityReport,
  cleaningApply,
  columnProfiles,
  identityPreview,
  identityApply,
  attributeSources,
  personIds,
  survivorshipApply,
  moneyRates,
  privacyReport,
  personElsewhere,
  personErase,
  traitsList,
  traitsDetails,
  traitHistogram,
  traitPreview,
  profilesPage,
  profilesOne,
  peopleIds,
  peopleSegments,
  tagReport,
  itemsPage,
  itemsOne,
  itemBuyers,
  bundlesPage,
  salesByMonth,
  valuesList,
  knownColumns,
  segmentPortrait,
  segmentPlaces,
  segmentCount,
  idListReport,
  segmentSql,
  segmentRfm,
  segmentInsight,
  segmentChecks,
  segmentExplain,
  segmentPeople,
  segmentsOverlap,
  segmentHistory,
  segmentMoves,
  segmentMovers,
  segmentVersions,
  rulesCompare,
  rulesMovers,
  customerSegments,
  customerStanding,
  customerScores,
  customerPicks,
  rfmCompare,
  rfmHistory,
  lifeCycle,
  cohorts,
  valueTiers,
  recommenderEstimate,
  recommendersCompare,
  recommendersForUser,
  recommenderTune,
  modelsList,
  modelRename,
  modelRetire,
  modelRetrain,
  modelDeleteWeights,
  modelForget,
  modelTake,
  modelBring,
  recommenderWhy,
  recommenderBasket,
  recommendersTestLook,
  predictionScore,
  predictionTrain,
  predictionTake,
  predictionsCompare,
  peopleMap,
  peopleRule,
  idsOfUsers,
  audiencePreview,
  exportReadiness,
  listPreview,
  exportsRun,
  exportsZip,
  exportChanges,
  exportPreview,
  exportVerify,
  campaignsMeasured,
  exportMeasured,
  offerPlanned,
  referralMeasured,
  eventProperties,
  promotionMeasured,
  promotionSplits,
  promotionUnits,
  exportExperiments,
};

export type Operations = typeof operations;
export type OperationName = keyof Operations;
export type OperationInput<Name extends OperationName> = Parameters<Operations[Name]>[0];
export type OperationOutput<Name extends OperationName> = Awaited<ReturnType<Operations[Name]>>;
export type { OperationContext } from './context';
