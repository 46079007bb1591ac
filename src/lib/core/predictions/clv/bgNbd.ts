import { betaGeometric } from './betaGeometric';
import type { PurchaseModel } from './purchaseModel';

/** Beta-geometric/NBD: Fader, Hardie & Lee, Marketing Science 24(2), 2005, eqs. 6–10; in weeks. */
export const bgNbd: PurchaseModel = { id: 'bg-nbd', ...betaGeometric(false) };
