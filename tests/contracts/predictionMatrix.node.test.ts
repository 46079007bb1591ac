import { nodePlatform } from '$lib/platform/node/platform';
import { describePredictionMatrix } from './predictionMatrix';

describePredictionMatrix(() => nodePlatform({ threads: 1 }));
