import { monthFactors, peaks, weekdayFactors } from './calendar';
import type { ShopFacts } from './facts';

/** The card of the data set. Every number in it comes from the planted truth or from counting what was made. */
export function renderCard(facts: ShopFacts): string {
  const { truth, counts, experiment, dirt, tastes, bytes } = facts;
  const { r, alphaDays, a, b } = truth.purchases;
  const { p, q, gammaYuan } = truth.spend;
  const { supply } = truth;
  const count = (value: number) => value.toLocaleString('en-US');
  const percent = (share: number, digits = 1) => `${(share * 100).toFixed(digits)} %`;
  return `# Sample shop: 青禾生活 Qinghe Living

<!-- Written by scripts/make-sample-shop.ts; edit scripts/sample-shop/card.ts instead. -->

A made-up shop for tea, food and household goods: nobody in it exists. It ships with Muster so that everything can be tried, and
because its truth was planted, so that what Muster finds can be compared with what is so.

|  |  |
|---|---|
| File | \`shop.bin\`, ${(bytes / 1e6).toFixed(1)} MB: gzip over columns (\`src/lib/core/schema/columnFile.ts\`; read by \`sampleShop.ts\`) |
| Made by | \`npx tsx scripts/make-sample-shop.ts\` with seed ${truth.seed}; \`--csv DIR\` also writes events.csv, users.csv and items.csv |
| SHA-256 before compression | \`${facts.contentSha256}\` |
| Days | ${truth.firstDay} to ${truth.lastDay} (${truth.days} days), time zone Asia/Shanghai, currency CNY |
| Licence | Apache-2.0, as the rest of the repository |

## What is in it

${count(counts.users)} customers (${count(counts.buyers)} have ordered, ${count(counts.repeatBuyers)} more than once; the others only look), ${count(counts.items)} products in
8 categories of 6 subcategories each, ${count(counts.orders)} orders of ${count(counts.orderLines)} lines, ¥${count(Math.round(counts.revenueYuan))} of sales, ${count(counts.events)} events:

| event | rows |
|---|---:|
${Object.entries(counts.byEvent)
  .map(([event, rows]) => `| ${event} | ${count(rows)} |`)
  .join('\n')}

- Events have a session (visits), an order id (order lines and returns), a channel (app, mini_program, web, store; email, sms and push
  for letters), a device and a campaign where they belong. \`price\` is what was paid for one unit.
- Titles and categories are in Chinese and English, \`中文 · English\`.
- Customers have e-mail (domains reserved for examples), phone in E.164 (+86 140…, a block for devices, and blocks kept for fiction abroad),
  country, city, consent for e-mail, text message and push, and the time of joining.

## What was planted

**Orders.** BG/NBD: while active, a customer orders at a Poisson rate λ ~ Gamma(r = ${r}, α = ${alphaDays} days), and after each repeat order leaves for
good with probability p ~ Beta(a = ${a}, b = ${b}). Of those who order, ${percent(truth.earlyShare, 0)} have their first order in the first sixty days, the others on any day.

**Money.** Gamma-gamma: an order's total ~ Gamma(p = ${p}, rate ν) with ν ~ Gamma(q = ${q}, rate γ = ${gammaYuan} yuan) per customer, independent of how often
they order; the mean over customers is pγ/(q−1) = ¥${((p * gammaYuan) / (q - 1)).toFixed(0)}. Products are chosen to fit the total, and the paid price is the list price less a
discount that makes up the rest in whole percents, so totals are gamma-gamma but for rounding.

**Seasons.** Time runs faster on busy days: orders and visits are Poisson in shop time, whose speed is weekday × month × peak × hour of day with
mean 1 over the shop's days. Fitted on calendar days, BG/NBD sees this as a small disturbance.

| | |
|---|---|
| months, January first | ${monthFactors.join(', ')} |
| weekdays, Sunday first | ${weekdayFactors.join(', ')} |
${peaks.map((peak) => `| ${peak.name}, ${peak.from} to ${peak.to} | × ${peak.factor} |`).join('\n')}

**Tastes.** Twelve tastes over subcategories, each with its own liking for brands and products. A customer is a mixture ~ Dirichlet(${truth.tasteConcentration} × share);
most of what they look at and buy is drawn from it. A quarter of candidates for a basket are what the customer bought before, if it is
used up (food, tea, care).

| taste | share | favours |
|---|---:|---|
${tastes.map(({ id, share, weights }) => `| ${id} | ${share} | ${Object.keys(weights).join('、')} |`).join('\n')}

**Intent.** Before half of the orders there are one or more visits in the days before, which look at what will be bought; while active a customer
also visits without ordering, afterwards hardly. So a propensity model can do better than "recent buyers first".

**A randomised campaign.** \`${truth.experiment.campaign}\` went out on ${truth.experiment.day} at ${truth.experiment.hour}:00 to half of the customers who had ordered before and agree to push,
e-mail or text message (the first of these that fits); the other half has an event \`campaign_held_out\`. Lots were drawn per segment, again and again
until both halves would have ordered alike without the letter (within 0.3 points), so the measured effect is the planted one and not luck.
The outcome is an order within ${truth.experiment.windowDays} days of sending. The first segment that fits counts, at the moment of sending:

| segment | rule | planted effect, points | treated | ordered | held out | ordered | measured, points |
|---|---|---:|---:|---:|---:|---:|---:|
${truth.experiment.segments
  .map(({ id, what, effectPoints }) => {
    const { treated, treatedOrdered, heldOut, heldOutOrdered } = experiment[id];
    const measured = (100 * (treatedOrdered / treated - heldOutOrdered / heldOut)).toFixed(2);
    return `| ${id} | ${what} | ${effectPoints} | ${count(treated)} | ${percent(treatedOrdered / treated)} | ${count(heldOut)} | ${percent(heldOutOrdered / heldOut)} | ${measured} |`;
  })
  .join('\n')}

Newsletters (${truth.newsletters.join(', ')}) have no effect.

**Returns.** ${percent(truth.refundedOrderShare)} of orders are returned 2 to 14 days later, three in five of them one line only.

**Cost and stock.** What a product costs the shop is its list price less a margin: per subcategory ${percent(supply.margin.least, 0)} to ${percent(supply.margin.most, 0)} of the price, each product
some points around it. Stock is as of the end of the last day: about ${supply.medianStock} pieces (log-normal), and of ${count(counts.soldOut)} products none. Neither has to do with what
was sold, so that rules about them can be tried and nothing else changes.

## Dirty facts

- ${dirt.testers} testers of the staff (\`tester-1\` …) with 60 orders of ¥0.01 each, every nine days at four in the morning.
- ${dirt.itemsWithoutTitle} products without a title, ${dirt.itemsWithoutBrand} without a brand, ${dirt.itemsWithoutCost} whose cost nobody wrote down and ${dirt.itemsWithoutStock} whose stock nobody counts.
- ${dirt.nationalPhones} phone numbers without +86, and ${dirt.untidyEmails} e-mail addresses with a capital letter and a space behind.
- About ${percent(truth.dirt.unknownConsentShare, 0)} of consents are unknown (empty), which is not a yes.

The planted values of each single customer (rate, chance of leaving, spend, tastes, lot) are in what \`generateShop()\` of \`scripts/sample-shop/generate.ts\`
returns; \`truth.json\` has the parameters and counts. \`tests/unit/shop\` recovers them from the file, and \`scripts/reference/sample_shop.py\` with
independent libraries.
`;
}
