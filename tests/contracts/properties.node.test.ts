import { nodePlatform } from '$lib/platform/node/platform';
import { propertiesContract } from './properties';

propertiesContract('Node', () => nodePlatform({ threads: 1 }));
