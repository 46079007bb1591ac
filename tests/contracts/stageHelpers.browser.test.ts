import { toFileSource } from '../../src/lib/core/schema/files';
import { browserStageHelpers } from '../../src/lib/platform/browser/stageHelpers';
import { stageHelpersContract } from './stageHelpers';

stageHelpersContract('workers of the page', browserStageHelpers(3), (text) => toFileSource(new File([text], 'log.csv')));
