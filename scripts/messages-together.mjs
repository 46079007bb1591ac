import { fileURLToPath } from 'node:url';

/**
 * A server that does not bundle reads the messages from the one file that `build-messages.mjs` writes beside the
 * single ones.
 */
export const messagesTogether = {
  find: /^.*\/messages\/_index(\.js)?$/,
  replacement: fileURLToPath(new URL('../src/lib/paraglide/messages/together.js', import.meta.url)),
};
