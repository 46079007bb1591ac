import { betaGeometric } from './betaGeometric';
import type { PurchaseModel } from './purchaseModel';

/**
 * Modified beta-geometric/NBD: Batislam, Denizel & Filiztekin, International Journal of Research in Marketing 24(3),
 * 2007. Who bought once may have gone, too.
 */
export const mbgNbd: PurchaseModel = { id: 'mbg-nbd', ...betaGeometric(true) };
