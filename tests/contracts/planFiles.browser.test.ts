import { browserPlatform } from '$lib/platform/browser/platform';
import { describePlanFiles } from './planFiles';

describePlanFiles(browserPlatform);
