/** A thread that makes customers' values a destination's. */
import { convertBlock, type ConvertRequest } from '../../core/exports/convertBlock';

onmessage = async ({ data }: MessageEvent<ConvertRequest>) => {
  postMessage(await convertBlock(data));
};
