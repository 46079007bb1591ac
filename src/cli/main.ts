import { resolve } from 'node:path';
import { Cancelled, UserError } from '../lib/core/base/errors';
import { createRunContext } from '../lib/core/base/run';
import { parseArguments } from './arguments';
import type { Command, CommandIo } from './command';
import { commands } from './commands';
import { commandHelp, overview } from './help';
import { createProgressPrinter } from './progress';

const cancel = new AbortController();
const progress = createProgressPrinter({
  isTTY: process.stderr.isTTY ?? false,
  columns: process.stderr.columns ?? 80,
  write: (text) => void process.stderr.write(text),
  now: () => performance.now(),
});
const io: CommandIo = {
  print: (line) => (progress.clear(), void process.stdout.write(`${line}\n`)),
  note: (line) => (progress.clear(), void process.stderr.write(`${line}\n`)),
  run: createRunContext(cancel.signal, progress.show),
  // npm moves to the package's folder before it runs a script; the person's own folder is in INIT_CWD.
  path: (given) => resolve(process.env.npm_lifecycle_event === 'muster' ? (process.env.INIT_CWD ?? '.') : '.', given),
};

listenForCtrlC();
const code = await main(process.argv.slice(2));
// Engines may keep threads alive: end as soon as what was printed has left.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));

async function main(words: string[]): Promise<number> {
  try {
    return await dispatch(words);
  } catch (error) {
    if (error instanceof UserError) {
      io.note(`muster: ${[error.message, error.hint].filter((text) => text !== '').join(' ')}`);
      return 2;
    }
    if (error instanceof Cancelled || cancel.signal.aborted) {
      io.note('muster: cancelled, nothing was written.');
      return 130;
    }
    io.note(`muster: this is a defect of Muster, please report it.\n${error instanceof Error ? error.stack : String(error)}`);
    return 1;
  }
}

async function dispatch([name, ...rest]: string[]): Promise<number> {
  if (name === undefined) {
    io.note(overview(commands));
    return 2;
  }
  if (['--help', '-h', 'help'].includes(name)) {
    const about = commands.find((command) => command.name === rest[0]);
    io.print(about ? commandHelp(about) : overview(commands));
    return 0;
  }
  const command = findCommand(name);
  const optionsEnd = rest.indexOf('--');
  if (rest.slice(0, optionsEnd < 0 ? undefined : optionsEnd).some((word) => word === '--help' || word === '-h')) {
    io.print(commandHelp(command));
    return 0;
  }
  return command.run(parseArguments(command, rest), io);
}

function findCommand(name: string): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command) return command;
  const known = commands.map((candidate) => candidate.name).join(', ');
  throw new UserError('command_unknown', `There is no command "${name}".`, `The commands are: ${known}.`, { name, known });
}

/** The first Ctrl-C asks the run to stop; one that comes later ends the process. A terminal sends it to the door, too. */
function listenForCtrlC(): void {
  let firstAt = 0;
  const onSignal = () => {
    if (firstAt === 0) {
      firstAt = performance.now();
      cancel.abort();
    } else if (performance.now() - firstAt > 1000) process.exit(130);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
