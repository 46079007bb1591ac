import { nodePlatform } from '$lib/platform/node/platform';
import { describePlanFiles } from './planFiles';

describePlanFiles(() => nodePlatform({ threads: 1 }));
