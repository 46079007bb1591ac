import { UserError } from '../lib/core/base/errors';
import type { Arguments } from './command';

/**
 * For options that a command needs in some of its uses: gives what was said, as text.
 * @param code of the UserError where it was not, with the option as `name`
 */
export function needing(command: string, code: string, words = (option: string) => `${option} is missing.`) {
  return (args: Arguments, name: string): string => {
    const given = args.optionalText(name);
    if (given !== undefined) return given;
    throw new UserError(code, words(`--${name}`), `See: muster ${command} --help.`, { name });
  };
}
