import { UserError } from '../core/base/errors';
import type { PlanSource } from '../core/plan/schema';
import type { FileSource } from '../core/schema/files';
import type { Mapping } from '../core/schema/roles';
import type { StagedFiles } from '../core/store/dataset';
import { newId } from './newId';

/** How new files join what is there. */
export interface ImportMode {
  /**
   * `add`: all that is there stays. `upsert`: of rows that agree with a new one in the key, the new one stays.
   * `replace`: what {@link replaces} names goes.
   */
  mode: 'add' | 'upsert' | 'replace';
  /** Roles, or names of kept columns; files of users and items always go by their id. */
  key?: string[];
  /** With `replace`: all sources of the files' kind (the default), or those of the plan's source of the same id. */
  replaces?: 'kind' | 'source';
}

/** Files of one source that were read and wait for the word to be imported. */
export interface Stage extends ImportMode {
  files: FileSource[];
  /** Files of the orders that their rows are lines of. */
  orders?: { files: FileSource[]; mapping: Mapping };
  source: PlanSource & { mapping: Mapping };
  /** What they were read with. */
  timeZone: string;
  currency: string;
  /** Who had been erased, and is left out of it. */
  erased?: readonly string[];
  staged: StagedFiles;
}

/** Holds one stage: it can be as large as the data, and the next one lets it go. */
export class Stages {
  #held: { handle: string; stage: Stage } | undefined;

  hold(stage: Stage, handle = newId()): string {
    this.#held = { handle, stage };
    return handle;
  }

  /** @throws UserError `stage_gone` */
  get(handle: string): Stage {
    if (this.#held?.handle === handle) return this.#held.stage;
    throw new UserError(
      'stage_gone',
      'The files that were read are no longer at hand: others were read since, or the workspace was changed.',
      'Choose the files again.',
    );
  }

  /** Lets one stage go, or whatever is held. */
  letGo(handle?: string): void {
    if (handle === undefined || this.#held?.handle === handle) this.#held = undefined;
  }
}
