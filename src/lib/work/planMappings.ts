import { UserError } from '../core/base/errors';
import { readMapping } from '../core/plan/mappingFile';
import type { Plan } from '../core/plan/schema';
import type { FileSource } from '../core/schema/files';
import type { Mapping } from '../core/schema/roles';

/** A mapping that is longer than this is another file by mistake. */
const largestMapping = 4 << 20;

/**
 * The plan with every mapping in it, those in files of their own read from there: from then on it says everything that
 * an import needs besides the data.
 * @param openFile finds a file by the name that the plan gives it
 * @throws UserError `mapping_file_broken`, what reading a file throws
 */
export async function withMappings(plan: Plan, openFile: (name: string) => Promise<FileSource>): Promise<Plan> {
  const inline = async <Part extends { mapping?: Plan['sources'][number]['mapping'] }>(part: Part): Promise<Part> =>
    isPath(part.mapping) ? { ...part, mapping: await readMappingFile(await openFile(part.mapping)) } : part;
  const sources = await Promise.all(
    plan.sources.map(async (source) => {
      const read = await inline(source);
      return read.orders ? { ...read, orders: await inline(read.orders) } : read;
    }),
  );
  return { ...plan, sources };
}

const isPath = (mapping: unknown): mapping is string => typeof mapping === 'string';

/** @throws UserError `mapping_file_broken` */
export async function readMappingFile(file: FileSource): Promise<Mapping> {
  if (file.size > largestMapping) {
    const problems = 'it is larger than any mapping.';
    const values = { fileName: file.name, problems };
    throw new UserError(
      'mapping_file_broken',
      `${file.name} is no mapping: ${problems}`,
      'Make one with "muster inspect FILE --save".',
      values,
    );
  }
  const decoder = new TextDecoder();
  let text = '';
  for await (const block of file.stream()) text += decoder.decode(block, { stream: true });
  return readMapping(text + decoder.decode(), file.name);
}
