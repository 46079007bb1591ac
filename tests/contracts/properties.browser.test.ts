import { browserPlatform } from '$lib/platform/browser/platform';
import { propertiesContract } from './properties';

propertiesContract('the browser', browserPlatform);
