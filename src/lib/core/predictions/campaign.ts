/** What a campaign to those with the highest scores costs and brings, in the plan's currency. */
export interface CampaignValue {
  /** What it costs to address one customer. */
  costPerContact: number;
  /** What one outcome brings, all costs but the contact taken off. */
  marginPerOutcome: number;
  /** The share of outcomes, 0 … 1, that would have come without the campaign and so are not earned by it. */
  anywayShare?: number;
}
