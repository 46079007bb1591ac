/** A helper thread of the SIMD kernels: a worker that the analysis worker opens. */
import { createHelper, type ToHelper } from '../../core/math/simd/helper.js';

const receive = createHelper((answer) => postMessage(answer));
onmessage = ({ data }: MessageEvent<ToHelper>) => receive(data);

// Held for as long as this thread lives; see openHelper.
void navigator.locks?.request(self.name, () => (postMessage('alive'), new Promise(() => {})));
