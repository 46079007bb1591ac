import type { TableStore } from '../core/store/tableStore';
import type { ConvertHelpers } from '../core/exports/convertBlock';
import type { Shelf } from '../core/exports/shelf';
import type { SnapshotStorage } from '../core/store/snapshots';
import type { FileSource } from '../core/schema/files';
import type { StageHelpers } from '../core/schema/staging/stageInParallel';
import type { Kernels } from '../core/math/kernels';
import type { Tensors } from '../core/math/tensors';

/** All that operations need from where they run; `platform/browser` and `platform/node` provide one each. */
export interface Platform {
  name: 'browser' | 'node';
  openStore(): Promise<TableStore>;
  openKernels(): Promise<Kernels>;
  openTensors(): Promise<Tensors>;
  /** Threads that read parts of a large file; without them one thread reads it. */
  stageHelpers?: StageHelpers;
  /** Threads that make values a platform's; without them the one that writes the file does. */
  convertHelpers?: ConvertHelpers;
  /** Where finished files lie until they are handed over; in memory where it is absent. */
  shelf?: Shelf;
  /** Absent on the command line, which keeps nothing between runs. */
  snapshots?: SnapshotStorage;
  /** The shipped sample shop's files, by name. */
  openDataset(name: string): Promise<FileSource>;
  /** The clock, read here and nowhere in core. */
  now(): Date;
  memoryBytes(): Promise<number | undefined>;
}
