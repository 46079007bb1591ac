import type { Reason } from './explain';
import type { Figure } from './figures';
import type { Miss } from './miss';
import { gap, phrase, type Gap, type Phrase } from './phrase';

/** "It is 7", "it is 2, 3 more would do" as parts: what decided at one condition. Undefined where there is no figure to show. */
export function reasonPhrase({ figure, miss }: Pick<Reason, 'figure' | 'miss'>): Phrase | undefined {
  if (!figure || figure.is === 'segment') return undefined;
  const said = figurePhrase(figure);
  return miss ? phrase('segments_why_missed', { figure: gap.phrase(said), miss: gap.phrase(missPhrase(miss, figure)) }) : said;
}

function figurePhrase(figure: Exclude<Figure, { is: 'segment' }>): Phrase {
  switch (figure.is) {
    case 'value': {
      const { value, lastDays } = figure;
      if (lastDays !== undefined) {
        const times = gap.number(Number(value));
        return lastDays === null
          ? phrase('segments_why_never', { times })
          : phrase('segments_why_times', { times, days: gap.number(lastDays) });
      }
      return value === null ? phrase('segments_why_none') : phrase('segments_why_value', { value: valueGap(figure) });
    }
    case 'place': {
      const { value, as, place, among, places } = figure;
      if (value === null || place === null) return phrase('segments_why_none');
      return phrase('segments_why_place', {
        value: gap.number(value, as),
        place: gap.number(place),
        among: gap.number(among),
        places: gap.number(places),
      });
    }
    case 'scores': {
      if (!figure.scores) return phrase('segments_why_no_order');
      const [recency, frequency, monetary] = figure.scores;
      return phrase('segments_why_scores', {
        recency: gap.number(recency),
        frequency: gap.number(frequency),
        monetary: gap.number(monetary),
      });
    }
    case 'sequence':
      return attemptPhrase(figure);
    case 'lot':
      return phrase('segments_why_lot', { lot: gap.number(figure.percent) });
    case 'list':
      return phrase(figure.isOn ? 'segments_why_on_list' : 'segments_why_off_list', { list: gap.idList(figure.list) });
  }
}

function valueGap({ value, as }: Extract<Figure, { is: 'value' }>): Gap {
  if (typeof value === 'number') return gap.number(value, as);
  if (typeof value === 'boolean') return gap.phrase(phrase(value ? 'segments_yes' : 'segments_no'));
  const text = String(value);
  return /^\d{4}-\d\d-\d\d$/.test(text) ? gap.date(text) : gap.text(text);
}

function attemptPhrase(attempt: Extract<Figure, { is: 'sequence' }>): Phrase {
  switch (attempt.came) {
    case 'through':
      return attempt.next
        ? phrase('segments_why_through', { first: gap.date(attempt.first), next: gap.date(attempt.next) })
        : phrase('segments_why_alone', { first: gap.date(attempt.first) });
    case 'nowhere':
      return phrase('segments_why_nowhere');
    case 'to-first':
      return phrase('segments_why_to_first', { first: gap.date(attempt.first) });
    case 'late':
      return phrase('segments_why_late', { first: gap.date(attempt.first), next: gap.date(attempt.next), days: gap.number(attempt.days) });
    case 'between':
      return phrase('segments_why_between', {
        first: gap.date(attempt.first),
        next: gap.date(attempt.next),
        without: gap.date(attempt.without),
      });
    case 'followed':
      return phrase('segments_why_followed', { first: gap.date(attempt.first), without: gap.date(attempt.without) });
  }
}

function missPhrase(miss: Miss, figure: Figure): Phrase {
  switch (miss.by) {
    case 'amount': {
      if (miss.amount === 0) return phrase(`segments_miss_${miss.direction}_at_all`);
      const as = figure.is === 'value' && figure.lastDays === undefined ? figure.as : undefined;
      return phrase(`segments_miss_${miss.direction}`, { amount: gap.number(miss.amount, as) });
    }
    case 'days':
      return phrase(`segments_miss_${miss.direction}`, { days: gap.number(miss.days) });
    case 'places':
      return phrase('segments_miss_places', { places: gap.number(miss.places) });
  }
}
