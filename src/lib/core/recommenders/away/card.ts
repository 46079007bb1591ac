import type { OptionValues } from '../../base/options';
import { segmentsNamed } from '../segmentNames';

/** What a card says of a model. Dates are ISO instants. */
export interface CardFacts {
  name: string;
  algorithm: string;
  format: string;
  options: OptionValues;
  events?: Record<string, number>;
  seed?: number;
  /** When it was trained, or brought from elsewhere. */
  at?: string;
  brought: boolean;
  data?: { dataHash: string; asOf: string; users: number; items: number; pairs: number };
  backend: string;
  seconds?: number;
  losses: readonly { epoch: number; loss: number }[];
  reproducible: boolean;
  warnings: readonly { code: string; values: Record<string, number> }[];
  /** The comparison that it took part in: trained on a part, tested on the rest. */
  measured?: {
    protocol: {
      split: string;
      cutAt?: string;
      candidates: string;
      testUsers: number;
      trainPairs: number;
      testPairs: number;
      seed: number;
    };
    metrics: Record<string, number>;
    /** Half-widths of 95 % bootstrap intervals. */
    margins?: Record<string, number>;
  };
}

/** Where a card stands among other files. */
export interface CardSurroundings {
  /** Files beside it, each with a sentence. */
  files: readonly [name: string, what: string][];
  withCustomers: boolean;
}

/** What is known of a model, as Markdown: what it is, what it learnt from, how well it did, and what it is not good for. */
export function modelCard(facts: CardFacts, { files, withCustomers }: CardSurroundings): string {
  const { name, algorithm, data, measured } = facts;
  return (
    [
      `# ${name}`,
      `A recommender: \`${algorithm}\`, kept as \`${facts.format}\`. Written by Muster.`,
      section('What it is', table(['', ''], specRows(facts))),
      section(
        'What it learnt from',
        data
          ? table(
              ['', ''],
              [
                ['data (hash)', data.dataHash.slice(0, 16)],
                ['as of', data.asOf],
                ['customers, items, pairs', [data.users, data.items, data.pairs].map((count) => count.toLocaleString('en')).join(', ')],
                ['events', eventWords(facts.events)],
              ],
            )
          : 'Not known: it was not trained here.',
      ),
      section('How well it did', measured ? measuredWords(measured) : 'Not measured.'),
      section(
        'Limits',
        limits(facts, withCustomers)
          .map((line) => `- ${line}`)
          .join('\n'),
      ),
      section(
        'Files',
        table(
          ['file', 'what'],
          files.map(([file, what]) => [`\`${file}\``, what]),
        ),
      ),
    ].join('\n\n') + '\n'
  );
}

function specRows({ options, seed, at, brought, backend, seconds, losses, reproducible }: CardFacts): [string, string][] {
  const last = losses.at(-1);
  return [
    ['options', Object.entries(options).map(([option, value]) => `${option} = ${value}`).join(', ') || 'none'], // prettier-ignore
    ...(seed === undefined ? [] : [['seed', String(seed)] satisfies [string, string]]),
    ...(at === undefined ? [] : [[brought ? 'brought' : 'trained', at] satisfies [string, string]]),
    ['computed on', backend || 'not known'],
    ...(seconds === undefined ? [] : [['seconds', seconds.toFixed(1)] satisfies [string, string]]),
    ...(last ? [['loss', `${last.loss.toPrecision(5)} after ${last.epoch} epochs`] satisfies [string, string]] : []),
    ['the same seed gives the same bytes', reproducible ? 'yes' : 'not on this backend'],
  ];
}

function eventWords(events: Record<string, number> | undefined): string {
  return events ? Object.entries(events).map(([event, weight]) => `${event} × ${weight}`).join(', ') : 'the usual weights'; // prettier-ignore
}

function measuredWords({ protocol, metrics, margins = {} }: NonNullable<CardFacts['measured']>): string {
  const { split, cutAt, candidates, testUsers, trainPairs, testPairs, seed } = protocol;
  const rows = Object.keys(metrics).map((metric) => [
    metric,
    metrics[metric].toFixed(4),
    margins[metric] === undefined ? '' : `± ${margins[metric].toFixed(4)}`,
  ]);
  return [
    `The same options, trained on a part (${trainPairs.toLocaleString('en')} pairs) and tested on what was held back: split \`${split}\`` +
      `${cutAt ? ` at ${cutAt}` : ''}, candidates \`${candidates}\`, ${testUsers.toLocaleString('en')} customers with` +
      ` ${testPairs.toLocaleString('en')} pairs, seed ${seed}. The model in these files has learnt from all of the data.`,
    table(['metric', 'mean', '95 %'], rows),
    'Definitions: docs/metrics.md of Muster. Intervals are bootstrapped over customers.',
  ].join('\n\n');
}

function limits({ warnings, measured, algorithm, options }: CardFacts, withCustomers: boolean): string[] {
  return [
    'It ranks items that it has seen; newer ones need another training.',
    'What may be shown (stock, consent, what was bought) is for whoever makes the list: scores know nothing of it.',
    ...(measured ? [] : ['Nobody has compared it with popularity: do that before it is used.']),
    ...warnings.map(
      ({ code, values }) =>
      code === 'model_collapsed'
        ? `The alarm has sounded: two customers’ lists of ${values.of} have ${values.shared} items in common on average.`
        : `${code}: ${Object.entries(values).map(([key, value]) => `${key} ${value}`).join(', ')}.`, // prettier-ignore
    ),
    ...(withCustomers
      ? ['These files are about single customers, by id: treat them as the data itself.']
      : ['Nothing in these files is about a single customer.']),
    ...(algorithm === 'popularity' && segmentsNamed(options).length === 0 ? ['Everybody is given the same list.'] : []),
  ];
}

function section(title: string, text: string): string {
  return `## ${title}\n\n${text}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
