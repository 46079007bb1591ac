/** The door of a reading thread: TypeScript has to be made readable in each thread anew. */
import { register } from 'tsx/esm/api';

register();
await import('./stageHelper.ts');
