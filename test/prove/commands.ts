import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeRelease } from './commands-node.js';
import { asked, must, outcome, Program, processesOf, until } from './commands-program.js';
import { type Finding, finding, type Proof } from './proof.js';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const page = 'http://127.0.0.1:8080';
const firstReadingsMs = 15_000;
const stopMs = 5000;
/** Devices of the demonstration's site file. */
const instruments = 11;

const seconds = (ms: number | undefined): string => (ms === undefined ? 'never' : `${(ms / 1000).toFixed(1)} s`);

interface Value {
  readonly device: string;
  readonly quality: string;
}

interface Ledger {
  readonly run: { readonly isBalanced: boolean };
  readonly lanes: { readonly samples: { readonly next: number } };
  readonly sinks: readonly {
    readonly sink: string;
    readonly lane: string;
    readonly delivered: number;
    readonly waiting: number;
    readonly isBalanced: boolean;
  }[];
}

/** What `npm start` in a fresh clone came to. */
interface Start {
  readonly firstMs: number | undefined;
  readonly devices: number;
  readonly isPage: boolean;
  readonly stopMs: number;
  /** How it took its leave, when it did so in order. npm itself ends by the signal. */
  readonly lastWords: string | undefined;
  readonly left: readonly number[];
  /** Frames of the run, as it said at its end. */
  readonly acquired: number;
  /** Of the journal, opened again; undefined when it cannot be told or does not balance. */
  readonly ledger: Ledger | undefined;
  readonly said: string;
}

const goodDevices = (values: readonly Value[]): number =>
  new Set(values.flatMap(({ device, quality }) => (device !== 'box' && quality === 'good' ? [device] : []))).size;

async function start(clone: string, env: Readonly<Record<string, string>>): Promise<Start> {
  const english = { ...env, LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8' };
  const startedAt = performance.now();
  const demo = new Program('npm', ['start'], { cwd: clone, env: english });
  try {
    const good = async () => goodDevices((await asked<readonly Value[]>(`${page}/api/values`)) ?? []);
    const isReading = await until(4 * firstReadingsMs, async () => demo.hasEnded || (await good()) > 0);
    const firstMs = isReading && !demo.hasEnded ? performance.now() - startedAt : undefined;
    // Everything a person would look at: every instrument, and the page.
    await until(firstReadingsMs, async () => demo.hasEnded || (await good()) >= instruments);
    const devices = await good();
    const isPage = await fetch(page).then(
      async (answer) => answer.ok && (await answer.text()).includes('<html'),
      () => false,
    );
    const stoppedAt = performance.now();
    const { said } = await demo.end('SIGINT');
    const gone = await until(2 * stopMs, async () => processesOf(clone).length === 0);
    const tookMs = performance.now() - stoppedAt;
    const words = said.replaceAll(/\s+/g, ' ');
    const main = join(clone, 'dist', 'gateway', 'cli', 'main.js');
    const ledger = await outcome('node', [main, 'ledger', '--folder', join(clone, 'data', 'journal'), '--json'], {
      env: english,
    });
    return {
      firstMs,
      devices,
      isPage,
      stopMs: tookMs,
      lastWords: /Stopped\.[^.]*every one is in the journal/.exec(words)?.[0],
      left: gone ? [] : processesOf(clone),
      acquired: Number(/Stopped\. (\d+) frames/.exec(words)?.[1]),
      ledger: ledger.code === 0 ? (JSON.parse(ledger.said) as Ledger) : undefined,
      said,
    };
  } finally {
    await demo.end('SIGKILL');
  }
}

/** Nothing lost: what was acquired is in the journal, and every account of it balances. */
function ledgerFindings(version: string, { ledger, acquired }: Start): Finding[] {
  const { sinks = [], lanes, run } = ledger ?? {};
  const crooked = sinks.filter(({ isBalanced }) => !isBalanced).length + (run?.isBalanced ? 0 : 1);
  const accounts = sinks.map(({ sink, lane, delivered, waiting }) => `${sink} ${lane} ${delivered}+${waiting}`);
  const kept = lanes?.samples.next;
  return [
    finding(`${version}: frames acquired, in the journal`, `${acquired}, ${kept}`, 'the same', kept === acquired),
    finding(`${version}: accounts that do not balance`, crooked, '0', crooked === 0),
    finding(`${version}: delivered + waiting, by sink and lane`, accounts.join(', '), 'counted', sinks.length > 0),
  ];
}

function startFindings(version: string, run: Start): Finding[] {
  const isIn = run.firstMs !== undefined && run.firstMs <= firstReadingsMs;
  return [
    finding(`${version}: npm start to first readings`, seconds(run.firstMs), `≤ ${seconds(firstReadingsMs)}`, isIn),
    finding(`${version}: instruments with good values`, run.devices, String(instruments), run.devices === instruments),
    finding(`${version}: status page`, run.isPage ? 'shown' : 'none', 'shown', run.isPage),
    finding(`${version}: Ctrl-C to the end of all`, seconds(run.stopMs), `≤ ${seconds(stopMs)}`, run.stopMs <= stopMs),
    finding(`${version}: its last words`, run.lastWords ?? 'none', 'all in the journal', run.lastWords !== undefined),
    finding(`${version}: processes left behind`, run.left.join(' ') || '0', '0', run.left.length === 0),
    ...ledgerFindings(version, run),
  ];
}

async function suite(version: string, clone: string, env: Readonly<Record<string, string>>): Promise<Finding> {
  const { code, said } = await outcome('npm', ['test'], { cwd: clone, env });
  const [tests, skips] = [/^Tests: +(.*)$/m, /^(Skipped for want of a peer: .*)$/m].map((line) => line.exec(said)?.[1]);
  return finding(`${version}: npm test`, `${tests ?? said.slice(-500)}. ${skips ?? ''}`, 'passes', code === 0);
}

/** The two commands of the README in a fresh clone. The small run leaves out `npm test`, and Node 22 and 24. */
export const commands: Proof = {
  summary: 'a fresh clone: npm ci, npm start to first readings and Ctrl-C; npm test',
  async run({ isFull, folder, say }): Promise<readonly Finding[]> {
    const majors = isFull ? ['20', '22', '24'] : [process.versions.node.split('.')[0] as string];
    const changed = (await must('git', ['-C', checkout, 'status', '--porcelain'])).trim();
    if (changed !== '') say(`  a clone has what is committed; not in it: ${changed.split('\n').length} changed files`);
    const findings: Finding[] = [];
    for (const major of majors) {
      const { version, env } = await nodeRelease(major, folder);
      const clone = join(folder, `clone-${major}`);
      await must('git', ['clone', '--quiet', checkout, clone]);
      const began = performance.now();
      await must('npm', ['ci', '--no-audit', '--no-fund'], { cwd: clone, env });
      say(`  ${version}: npm ci took ${seconds(performance.now() - began)}`);
      const run = await start(clone, env);
      if (run.lastWords === undefined || run.firstMs === undefined) say(run.said);
      findings.push(...startFindings(version, run));
      if (isFull) findings.push(await suite(version, clone, env));
    }
    return findings;
  },
};
