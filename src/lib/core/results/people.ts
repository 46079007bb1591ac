/** Who took part in a campaign, in which arm, and from when on what they did counts. */
export interface CampaignPeople {
  campaign: string;
  /** Ids of the arms, the control first. */
  arms: string[];
  /** Of each person, in the order of the file. */
  ids: string[];
  /** Places in `arms`. */
  armOf: Uint8Array;
  /** 1 where a file for a platform held the person; absent where nobody knows. */
  sent?: Uint8Array;
  /** Local moment of sending in microseconds since 1970, written as if it were UTC. */
  from: Float64Array;
  /** Groups within which lots were drawn, or into which the result is to be split. */
  strata?: { names: string[]; of: Int32Array };
  /** Share of people that each arm was meant to have; null where nobody knows. */
  shares: number[] | null;
}

/** The events of being addressed and of being held out. */
export const assignmentEvents = { treated: 'campaign_received', control: 'campaign_held_out' } as const;
/** The arm of those whom a campaign in the data addressed. */
export const addressedArm = 'addressed';
