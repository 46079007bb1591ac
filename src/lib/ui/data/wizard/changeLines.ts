import { m } from '$lib/paraglide/messages';
import { format } from '$lib/state/format.svelte';
import type { ImportChange } from '$lib/core/schema/report';
import { periodWords } from '../words';

/** One line of the preview of an import. */
export interface ChangeLine {
  id: string;
  label: string;
  value: string;
  /** What it means for the data. */
  note: string;
  isWarning?: boolean;
}

/** What an import would change, in the order in which one asks; what is nothing is left out. */
export function changeLines(change: ImportChange, hasData: boolean): ChangeLine[] {
  const count = (value: number) => format().count(value);
  const { newPeople, knownPeople, newItems, overlappingDays, exactDuplicates, updatedRows, removedRows, removedSources } = change;
  const people = newPeople + knownPeople;
  const sources = new Intl.ListFormat(format().settings.locale, { type: 'conjunction' }).format(removedSources);
  const lines: (ChangeLine | false)[] = [
    removedRows > 0 && {
      id: 'removed',
      label: m.wizard_change_removed(),
      value: count(removedRows),
      note: m.wizard_change_removed_note({ sources }),
      isWarning: true,
    },
    updatedRows > 0 && {
      id: 'updated',
      label: m.wizard_change_updated(),
      value: count(updatedRows),
      note: m.wizard_change_updated_note(),
    },
    people > 0 && {
      id: 'people',
      label: m.wizard_change_people(),
      value: count(newPeople),
      note: hasData ? m.wizard_change_people_note({ people: count(people), known: count(knownPeople) }) : '',
    },
    newItems > 0 && { id: 'items', label: m.wizard_change_items(), value: count(newItems), note: '' },
    change.firstTime !== null && {
      id: 'period',
      label: m.wizard_change_period(),
      value: '',
      note: periodWords(change.firstTime, change.lastTime),
    },
    overlappingDays > 0 && {
      id: 'overlap',
      label: m.wizard_change_overlap(),
      value: count(overlappingDays),
      note: m.wizard_change_overlap_note(),
      isWarning: true,
    },
    exactDuplicates > 0 && {
      id: 'duplicates',
      label: m.wizard_change_duplicates(),
      value: count(exactDuplicates),
      note: m.wizard_change_duplicates_note(),
      isWarning: true,
    },
    change.equalBetween > 0 && {
      id: 'between',
      label: m.wizard_change_between(),
      value: count(change.equalBetween),
      note: m.wizard_change_between_note(),
      isWarning: true,
    },
  ];
  return lines.filter((line) => line !== false);
}
