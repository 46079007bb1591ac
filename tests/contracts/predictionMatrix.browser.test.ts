import { browserPlatform } from '$lib/platform/browser/platform';
import { describePredictionMatrix } from './predictionMatrix';

describePredictionMatrix(browserPlatform);
