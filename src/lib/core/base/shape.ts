import { z } from 'zod';

// The page's Content-Security-Policy forbids eval, which zod's fast path would try; it looks when a shape is made.
z.config({ jitless: true });

/** The one way to zod: whoever describes a shape of the plan takes it from here. */
export { z };

/** Ids appear in file names, in rules and on the command line. */
export const idShape = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,63}$/u, 'letters, digits, - and _, at most 64');
export const daysShape = z.number().int().min(1).max(36500);
export const localDateShape = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
