import { UserError } from '../../base/errors';
import { createRunContext } from '../../base/run';
import type { FileSource } from '../files';
import { formatOf } from '../formats';
import { TimeZone } from '../parse/timeZone';
import { stageRange, type StagedRange } from './stageRange';
import { packRange, unpackRange, type RangeRequest } from './stageInParallel';

/** What a helper thread answers: how far it is, and in the end one of done or failed. */
export type HelperAnswer =
  | { type: 'progress'; bytes: number; rows: number }
  | { type: 'done'; range: unknown }
  | { type: 'failed'; user: { code: string; message: string; hint: string; values: UserError['values'] } | null; message: string };

/** A helper's work, the same on every platform: `open` makes the file of a handle, `post` hands an answer over. */
export async function helpStage(
  request: RangeRequest,
  open: (handle: Blob | string) => FileSource | Promise<FileSource>,
  post: (answer: HelperAnswer, buffers: ArrayBuffer[]) => void,
): Promise<void> {
  try {
    // A thread takes a while to start; whoever waits hears that it has.
    post({ type: 'progress', bytes: 0, rows: 0 }, []);
    const run = createRunContext(new AbortController().signal, ({ done, values }) =>
      post({ type: 'progress', bytes: done, rows: values?.rows ?? 0 }, []),
    );
    const file = await open(request.handle);
    const { mapping, part, fileColumns, timeZone, currency } = request;
    const options = { sourceId: '', zone: new TimeZone(timeZone), currency, fileColumns, run };
    const range = await stageRange({ file, format: formatOf(mapping.format ?? 'delimited') }, mapping, options, part);
    const { packed, buffers } = packRange(range);
    post({ type: 'done', range: packed }, buffers);
  } catch (error) {
    const user = error instanceof UserError ? { code: error.code, message: error.message, hint: error.hint, values: error.values } : null;
    post({ type: 'failed', user, message: String(error) }, []);
  }
}

/** The other side: what an answer means to whoever waits. */
export function takeAnswer(
  answer: HelperAnswer,
  waiting: { onProgress: (bytes: number, rows: number) => void; resolve: (range: StagedRange) => void; reject: (error: Error) => void },
): void {
  switch (answer.type) {
    case 'progress':
      return waiting.onProgress(answer.bytes, answer.rows);
    case 'done':
      return waiting.resolve(unpackRange(answer.range));
    case 'failed': {
      const { user } = answer;
      return waiting.reject(user ? new UserError(user.code, user.message, user.hint, user.values) : new Error(answer.message));
    }
  }
}
