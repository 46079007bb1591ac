/**
 * Kills the renderer of a real Chromium while a workspace is imported into, appended to and saved, and looks afterwards
 * whether anything that was acknowledged is lost. Half of the kills come at random moments, half exactly before a
 * step of storing (tests/kill/worker.ts). `npm test -- kills`; SEED and KILLS (per scenario, 20) can be set, ONLY names
 * scenarios.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { chromiumArguments, chromiumPath } from '../../scripts/chromium.mjs';
import { listen } from '../../scripts/serve.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const seed = Number(process.env.SEED ?? 6);
const kills = Number(process.env.KILLS ?? 20);
const only = process.env.ONLY?.split(',');
const random = mulberry(seed);
/** For a step to be reached, on a slow machine that others keep busy, too. */
const longestWait = 60_000;

const work = mkdtempSync(join(tmpdir(), 'muster-kill-'));
const started = Date.now();
let browser;
let failures = 0;
const summary = [];
try {
  const site = join(work, 'site');
  await buildPage(site);
  const address = `${await listen(site, 0)}tests/kill/page.html`;
  browser = await chromium.launchPersistentContext(join(work, 'profile'), {
    executablePath: chromiumPath,
    args: [...chromiumArguments],
  });
  await play(address);
} catch (error) {
  failures += 1;
  console.error(error);
} finally {
  await browser?.close().catch(() => {});
  rmSync(work, { recursive: true, force: true });
}
const survived = summary.reduce((sum, { survived }) => sum + survived, 0);
const total = summary.reduce((sum, { kills }) => sum + kills, 0);
for (const { name, kills, survived, acknowledged, later } of summary)
  console.log(
    `  ${name}: ${survived} of ${kills} survived (${acknowledged} at the last acknowledged state, ${later} at a later whole one)`,
  );
console.log(`kills: ${survived} of ${total} survived, seed ${seed}, ${Math.round((Date.now() - started) / 1000)} s`);
if (process.env.KILL_REPORT)
  writeFileSync(process.env.KILL_REPORT, JSON.stringify({ passed: survived, failed: total - survived + failures }));
process.exit(failures > 0 || survived < total || total === 0 ? 1 : 0);

async function play(address) {
  let tab = await openTab(address);
  // Once without a kill: what each whole state contains, how long each takes and how many steps it has.
  const contents = new Map([[null, null]]);
  const base = await tab.do('create');
  // The engine starts with it; what is measured comes after.
  await tab.do('add', base, 1);
  const imported = await tab.do('create');
  const first = await measured(tab, () => tab.do('add', imported, 1));
  await tab.do('wipe', imported);
  const firstState = await tab.do('look', base);
  const appendedTo = await tab.do('duplicate', base);
  await tab.do('open', appendedTo);
  const second = await measured(tab, () => tab.do('add', appendedTo, 2));
  const secondState = await tab.do('look', appendedTo);
  for (const { dataHash, content } of [firstState, secondState]) contents.set(dataHash, content);
  if (contents.size < 3) throw new Error('the two months must differ');
  const saved = await tab.do('duplicate', base);
  const saves = await measured(tab, () => tab.do('saves', saved));
  const duplicated = await measured(tab, () => tab.do('duplicate', base));
  const filed = await measured(tab, () => tab.do('throughFile', base));
  const wiped = await measured(tab, () => tab.do('removeAndWipe', filed.result));
  for (const id of [appendedTo, saved, duplicated.result]) await tab.do('wipe', id);

  const fresh = (tab) => tab.do('duplicate', base);
  const scenarios = [
    {
      name: 'import',
      kills,
      ...first,
      prepare: async (tab) => {
        // The engine starts with it, so that the moments lie in the import.
        await tab.do('open', base);
        return tab.do('create');
      },
      act: (tab, id) => tab.do('add', id, 1),
      states: [null, firstState.dataHash],
    },
    {
      name: 'append',
      kills,
      ...second,
      prepare: async (tab) => {
        const id = await fresh(tab);
        await tab.do('open', id);
        return id;
      },
      act: (tab, id) => tab.do('add', id, 2),
      states: [firstState.dataHash, secondState.dataHash],
    },
    { name: 'save', kills, ...saves, prepare: fresh, act: (tab, id) => tab.do('saves', id), states: [firstState.dataHash] },
    {
      name: 'duplicate',
      kills: Math.ceil(kills / 4),
      ...duplicated,
      prepare: fresh,
      act: (tab, id) => tab.do('duplicate', id),
      states: [firstState.dataHash],
    },
    {
      name: 'open a file',
      kills: Math.ceil(kills / 4),
      ...filed,
      prepare: fresh,
      act: (tab, id) => tab.do('throughFile', id),
      states: [firstState.dataHash],
    },
    {
      name: 'delete and erase',
      kills: Math.ceil(kills / 4),
      ...wiped,
      // With files of its own: a copy has none to erase.
      prepare: (tab) => tab.do('throughFile', base),
      act: (tab, id) => tab.do('removeAndWipe', id),
      states: [firstState.dataHash],
    },
  ];
  const full = { name: 'no room', kills: Math.ceil(kills / 2), ...second };
  const { bytes } = secondState;
  for (const scenario of [...scenarios, full].filter(({ name }) => !only || only.includes(name))) {
    const result = { name: scenario.name, kills: scenario.kills, survived: 0, acknowledged: 0, later: 0 };
    summary.push(result);
    for (let kill = 0; kill < scenario.kills; kill++) {
      const moment =
        kill % 2 === 0
          ? { delay: Math.round(random() * scenario.milliseconds * 1.1), stopAt: -1 }
          : { delay: longestWait, stopAt: chooseStep(scenario.steps, kill) };
      const { problems, isLater, what, next } =
        scenario === full
          ? await fillOnce(address, tab, base, [firstState.dataHash, secondState.dataHash], bytes, kill % 2 === 1)
          : await killOnce(address, tab, scenario, moment, contents, base);
      tab = next;
      if (problems.length === 0) result.survived += 1;
      result[isLater ? 'later' : 'acknowledged'] += 1;
      for (const problem of problems) console.error(`!! ${scenario.name}, kill ${kill} (${what}): ${problem}`);
      if (process.env.VERBOSE) console.log(`${scenario.name} ${kill}: ${what}${isLater ? ', later state' : ''}`);
    }
  }
}

/** A month is added where there is too little room for it: nothing is lost, and with room everything is saved. */
async function fillOnce(address, tab, base, [before, after], bytes, isBlind) {
  const problems = [];
  const id = await tab.do('duplicate', base);
  await tab.do('open', id);
  const revision = async () => (await tab.do('stored')).workspaces.find((workspace) => workspace.id === id)?.revision;
  const saved = await revision();
  const { usage } = await tab.do('stored');
  await tab.limit(Math.round(usage + random() * 1.2 * bytes));
  const added = await tab.do('tryToAdd', 2, isBlind);
  const stored = await tab.do('stored');
  if (added.dataHash !== after || !(added.people > 0)) problems.push('what is open is not whole');
  if ((added.code !== null) !== added.isUnsaved) problems.push('it does not say whether it is saved');
  if (added.code && !/^storage_(short|full|failed)$/.test(added.code)) problems.push(`it says ${added.code}`);
  if (added.code && (await revision()) !== saved) problems.push('the save before is gone');
  if (stored.orphans.length + stored.broken.length > 0) problems.push('a save without room left files behind, or took others along');
  await tab.limit();
  if (!(await tab.do('saveAgain', id))) problems.push('it cannot be saved with room');
  await tab.close();

  const next = await openTab(address);
  const found = await next.do('look', id);
  if (found.dataHash !== after || found.edit !== 1) problems.push('what was saved with room again is not there');
  if ((await next.do('stepBack')) !== before) problems.push('the step back is lost');
  await next.do('wipe', id);
  return { problems, isLater: added.code === null, what: added.code ?? 'there was room', next };
}

/** One kill in a tab, and what a new one finds after it, in which the next kill goes on. */
async function killOnce(address, doomed, scenario, { delay, stopAt }, contents, base) {
  let tab = doomed;
  tab.begin();
  const id = await scenario.prepare(tab);
  await tab.do('watch', stopAt);
  const acting = scenario.act(tab, id).then(
    () => 'done',
    (error) => (tab.isKilled ? 'killed' : Promise.reject(error)),
  );
  acting.catch(() => {});
  const reached = await Promise.race([tab.stopped, wait(delay).then(() => null)]);
  const what = reached ? `before ${reached}, step ${stopAt}` : `after ${delay} ms`;
  await tab.kill();
  const outcome = await acting.catch((error) => error);
  const problems = outcome instanceof Error ? [`it failed by itself: ${outcome.message}`] : [];
  const { acknowledged } = tab;

  tab = await openTab(address);
  let isLater = false;
  try {
    const stored = await tab.do('stored');
    if (stored.orphans.length > 0) problems.push(`${stored.orphans.length} files that nobody names: ${stored.orphans[0]}`);
    if (stored.broken.length > 0) problems.push(`${stored.broken.length} files are missing or cut off`);
    const living = new Map(stored.workspaces.map((workspace) => [workspace.id, workspace]));
    if (!living.has(base)) problems.push('the workspace beside it is gone');
    for (const { id, last } of acknowledged) {
      const there = living.get(id);
      if (last.isWiped) {
        if (there) problems.push('it was erased and is there');
        continue;
      }
      if (last.isDeleted || there?.isDeleted) {
        isLater ||= !there;
        // Between deleting and erasing, either is whole.
        if (there && !there.isDeleted) problems.push('it was deleted and is there');
        continue;
      }
      if (!there) {
        if (scenario.name === 'delete and erase') continue;
        problems.push('an acknowledged workspace is gone');
        continue;
      }
      problems.push(...(await judge(tab, id, last, scenario, contents)));
      isLater ||= there.revision !== last.revision;
    }
    // A workspace that was not acknowledged yet may be there, and is whole then.
    for (const other of stored.workspaces) {
      if (other.id === base || other.isDeleted || acknowledged.some(({ id }) => id === other.id)) continue;
      isLater = true;
      problems.push(...(await judge(tab, other.id, { edit: 0 }, scenario, contents)));
    }
  } catch (error) {
    problems.push(error.message);
  }
  for (const { id } of (await tab.do('stored')).workspaces) if (id !== base) await tab.do('wipe', id);
  const left = await tab.do('stored');
  if (left.orphans.length + left.broken.length > 0) problems.push('erasing it left files behind, or took others along');
  return { problems, isLater, what, next: tab };
}

/** Whether a workspace is at the state that was acknowledged last, or at a later one, whole. */
async function judge(tab, id, last, { states }, contents) {
  const found = await tab.do('look', id);
  const problems = [];
  const at = states.indexOf(found.dataHash);
  if (found.readOnly) problems.push('it opens read-only');
  if (at < 0) problems.push(`it has data that it never had: ${found.dataHash}`);
  else if (found.content !== contents.get(found.dataHash)) problems.push('its tables are not those of its data hash');
  if (last.dataHash !== undefined && at < states.indexOf(last.dataHash)) problems.push('acknowledged data is lost');
  if (found.edit < last.edit) problems.push(`edit ${last.edit} was acknowledged, edit ${found.edit} is there`);
  if (last.isScored && !found.isScored) problems.push('acknowledged scores are lost');
  if (found.revision === last.revision && (found.edit !== last.edit || found.isScored !== (last.isScored ?? false)))
    problems.push('the acknowledged revision holds something else');
  // The data of before is one step back, whole.
  if (states.length > 1 && at === 1 && states[0] !== null && (await tab.do('stepBack')) !== states[0])
    problems.push('the step back is lost');
  return problems;
}

/** A new tab may be given the spare renderer that was killed with the others, before the browser has noticed. */
async function openTab(address, tries = 5) {
  try {
    return await tabAt(address);
  } catch (error) {
    if (tries <= 1 || !/crashed/i.test(error.message)) throw error;
    await wait(500);
    return openTab(address, tries - 1);
  }
}

async function tabAt(address) {
  // A page whose renderer went before it was there is waited for in vain.
  const page = await Promise.race([
    browser.newPage(),
    wait(20_000).then(() => Promise.reject(new Error('the page crashed before it opened'))),
  ]);
  const acknowledged = new Map();
  let isStopped;
  const tab = {
    isKilled: false,
    stopped: new Promise((resolve) => (isStopped = resolve)),
    /** Every workspace that was acknowledged, with what was said of it last. */
    get acknowledged() {
      return [...acknowledged].map(([id, last]) => ({ id, last }));
    },
    do: (name, ...args) => {
      if (process.env.VERBOSE === '2') console.log(`  ${name} ${args.join(' ')}`);
      return page.evaluate(([name, args]) => window.harness[name](...args), [name, args]);
    },
    close: () => page.close(),
    /** Forgets what was acknowledged before. */
    begin() {
      acknowledged.clear();
    },
    /** Gives this site so many bytes, or as many as before. */
    async limit(quotaSize) {
      tab.session ??= await browser.newCDPSession(page);
      await tab.session.send('Storage.overrideQuotaForOrigin', { origin: new URL(address).origin, ...(quotaSize && { quotaSize }) });
    },
    async kill() {
      tab.isKilled = true;
      const crashed = page.isClosed() ? undefined : new Promise((resolve) => page.once('crash', resolve));
      for (const pid of await renderers()) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It has just ended by itself.
        }
      }
      await Promise.race([crashed, wait(5000)]);
      await page.close().catch(() => {});
    },
  };
  // The page's own errors tell more than a call that never comes back.
  page.on('pageerror', (error) => console.error(`the page: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && console.error(`the page: ${message.text()}`));
  page.on('requestfailed', (request) => !tab.isKilled && console.error(`the page: ${request.url()} failed`));
  await page.exposeFunction('told', (kind, value) => {
    if (tab.isKilled) return;
    if (kind === 'stopped') isStopped(value);
    else acknowledged.set(value.id, { ...acknowledged.get(value.id), ...value });
  });
  await page.goto(address);
  await page.waitForFunction(() => window.harness !== undefined);
  return tab;
}

/** Process ids of all renderers; the next page gets a new one. */
async function renderers() {
  const session = await browser.browser().newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}

async function measured(tab, act) {
  await tab.do('watch', -1);
  const before = performance.now();
  const result = await act();
  const milliseconds = performance.now() - before;
  return { result, milliseconds, steps: await tab.do('steps') };
}

/** Any step, and every other time one around the commit: a manifest put or deleted, a file deleted. */
function chooseStep(steps, kill) {
  const all = steps.map((_, i) => i);
  const around = all.filter((i) => ['put', 'delete', 'removeEntry'].includes(steps[i]));
  const among = kill % 4 === 1 && around.length > 0 ? around : all;
  return among[Math.floor(random() * among.length)];
}

async function buildPage(outDir) {
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    publicDir: false,
    resolve: { alias: { $lib: join(root, 'src/lib') } },
    worker: { format: 'es' },
    build: {
      outDir,
      // What the server lets a browser keep: the engine is not fetched and compiled anew for every kill.
      assetsDir: '_app/immutable',
      emptyOutDir: true,
      target: 'es2022',
      minify: false,
      rollupOptions: { input: join(root, 'tests/kill/page.html') },
    },
  });
}

function wait(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Random numbers 0 … 1, the same for the same seed. */
function mulberry(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
