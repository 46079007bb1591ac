import { createWorkClient } from '../../src/lib/platform/browser/client';
import { steps, stepsLike } from './steps';

const client = createWorkClient(() => console.error('the worker died'));

Object.assign(window, {
  steps: stepsLike,
  run: (name: string) =>
    steps[name]({ call: (operation, input) => client.call(operation, input), file: document.querySelector('input')!.files![0] }),
});
