import type { Diagnostic, ErrorValues } from '../base/errors';

/** Something about an audience that a person should know before its files go out. */
export type AudienceNote = Pick<Diagnostic, 'code' | 'message' | 'hint' | 'values'>;

/**
 * Below so many people nothing can be learnt from a test, and a file begins to say something about single people: 50 is the
 * lowest of the least sizes that platforms ask for.
 */
export const smallAudience = 50;

export const notes = {
  nobodyOnList: (audience: string, list: string, ids: number) =>
    note(
      'suppress_nobody',
      `None of ${figure(ids)} ids on the list "${list}" is a customer, so that it leaves out nobody of "${audience}".`,
      'Look whether the list has the same kind of ids as the data, and whether its file was read in the right encoding.',
      { audience, list, ids },
    ),
  consentEmpties: (audience: string, channel: string, people: number) =>
    note(
      'consent_empties',
      `None of the ${figure(people)} customers of "${audience}" agreed to ${channel}.`,
      'Choose another channel, or import who agreed.',
      { audience, channel, people },
    ),
  nobodyHeldOut: (audience: string, people: number) =>
    note(
      'experiment_control_empty',
      `Nobody of the ${figure(people)} customers of "${audience}" is held out: they are too few for this share.`,
      'Hold out more, or address more people: without a control nothing is measured.',
      { audience, people },
    ),
  saltChanged: (audience: string) =>
    note(
      'experiment_salt_changed',
      `The salt of "${audience}" is another than at its last export: people have changed arms.`,
      'Keep the salt as long as one test runs; results of before and after cannot be joined.',
      { audience },
    ),
  empty: (audience: string) =>
    note(
      'audience_empty',
      `"${audience}" has nobody, so that its files will be empty.`,
      'The steps of the audience show where its people went.',
      { audience },
    ),
  small: (audience: string, people: number) =>
    note(
      'audience_small',
      `"${audience}" has only ${people} people.`,
      `Below ${smallAudience} nothing can be learnt from a test, and the file says something about single people.`,
      { audience, people, least: smallAudience },
    ),
  belowDestination: (audience: string, most: number, destination: string, least: number) =>
    note(
      'audience_below_destination',
      `"${audience}" has at most ${figure(most)} people, and ${destination} takes lists from ${figure(least)} on.`,
      'Address more people, or choose another destination.',
      { audience, most, destination, least },
    ),
};

function note(code: string, message: string, hint: string, values: ErrorValues): AudienceNote {
  return { code, message, hint, values };
}

function figure(count: number): string {
  return count.toLocaleString('en');
}
