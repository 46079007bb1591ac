import { textOf } from '../catalogue.svelte';

/** A named part of the RFM map in the language on screen. */
export function groupName(id: string): string {
  return textOf(`segments_group_${id}`, id);
}

export function groupDefinition(id: string): string {
  return textOf(`segments_group_${id}_what`, '');
}

export function familyName(id: string): string {
  return textOf(`segments_rfm_family_${id}`, id);
}
