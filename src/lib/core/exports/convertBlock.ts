import type { OptionValues } from '../base/options';
import { ContentReport, type FieldReadiness, type Reject } from './contentReport';
import { findDestination } from './destinations';
import { fieldsOf, fieldsTable, type BlockConversion, type FieldMapping } from './fields';
import type { ExportBlock, ExportColumn } from './table';

/** Some customers whose values another thread makes a destination's; plain data. */
export interface ConvertRequest {
  destination: string;
  /** Resolved. */
  options: OptionValues;
  /** Fields by name; see `FieldMapping`. */
  mapping: { fields: { name: string; trait?: string }[]; shared: string[]; attributes: string[] };
  columns: readonly ExportColumn[];
  block: ExportBlock;
}

export interface ConvertedBlock {
  block: ExportBlock;
  rejects: Reject[];
  readiness: FieldReadiness[];
}

/** Threads that convert blocks, one each. */
export interface ConvertHelpers {
  threads: number;
  convert(request: ConvertRequest, signal: AbortSignal): Promise<ConvertedBlock>;
}

/** What such a thread does: the same as where there is none. */
export async function convertBlock({ destination: id, options, mapping, columns, block }: ConvertRequest): Promise<ConvertedBlock> {
  const destination = findDestination(id);
  const known = new Map(fieldsOf(destination, options).map((field) => [field.name, field]));
  const fields = mapping.fields.map(({ name, trait }) => ({ field: known.get(name)!, ...(trait !== undefined && { trait }) }));
  const report = new ContentReport();
  const table = fieldsTable({ columns, blocks: () => [block] }, destination, { ...mapping, fields }, options);
  for await (const converted of table.blocks(report)) return { block: converted, rejects: report.rejects, readiness: report.readiness };
  throw new Error('a block in is a block out');
}

/** A smaller block is converted before another thread has begun. */
const leastRows = 10_000;

/** For {@link fieldsTable}: hands large blocks to threads. */
export function inThreads(helpers: ConvertHelpers, signal: AbortSignal): BlockConversion {
  return {
    threads: helpers.threads,
    leastRows,
    convert: (block, columns, destination, { fields, shared, attributes }: FieldMapping, options) =>
      helpers.convert(
        {
          destination: destination.id,
          options,
          mapping: {
            fields: fields.map(({ field: { name }, trait }) => ({ name, ...(trait !== undefined && { trait }) })),
            shared,
            attributes,
          },
          columns,
          block,
        },
        signal,
      ),
  };
}
