import { bgNbd } from './bgNbd';
import { mbgNbd } from './mbgNbd';
import { paretoNbd } from './paretoNbd';
import type { PurchaseModel, PurchaseModelId } from './purchaseModel';

/** Every model of who buys again: one file and one line each. */
export const purchaseModels: readonly PurchaseModel[] = [bgNbd, mbgNbd, paretoNbd];

export function purchaseModel(id: PurchaseModelId): PurchaseModel {
  return purchaseModels.find((model) => model.id === id)!;
}
