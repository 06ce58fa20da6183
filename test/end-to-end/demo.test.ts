import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { scratchFolder } from '../support/scratch.js';
import { Running, sluice } from '../gateway/cli/sluice.js';

let folder: string;
let remove: () => Promise<void>;

beforeAll(async () => ({ folder, remove } = await scratchFolder()));
afterAll(() => remove());

interface Ledger {
  readonly run: { readonly acquired: number; readonly appended: number };
  readonly lanes: { readonly samples: { readonly next: number } };
  readonly sinks: readonly {
    readonly sink: string;
    readonly lane: string;
    readonly delivered: number;
    readonly waiting: number;
    readonly isBalanced: boolean;
  }[];
}

interface Alarms {
  readonly alarms: readonly {
    readonly key: string;
    readonly state: string;
    readonly priority: string;
    readonly action: { readonly en: string; readonly zh: string };
  }[];
}

async function json<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

const isGone = (pid: number): boolean => {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
};

/** Events of the samples lane that the pool has on disk, by their ids. */
async function stored(pool: string): Promise<Set<string>> {
  const names = (await readdir(pool)).filter((name) => name.endsWith('_samples.ndjson'));
  const texts = await Promise.all(names.map((name) => readFile(join(pool, name), 'utf8')));
  const lines = texts.flatMap((text) => text.split('\n').filter((line) => line !== ''));
  return new Set(lines.map((line) => (JSON.parse(line) as { id: string }).id));
}

test('the demonstration reads, shows, calls, delivers and stops with nothing lost', async () => {
  const demo = new Running(['demo', '--port', '0', '--folder', folder]);
  const plant = Number((await demo.says(/a process of its own\s+\((\d+)\)/))[1]);
  const pool = (await demo.says(/City pool +(http:\S+),/))[1] as string;
  const page = (await demo.says(/Status page +(http:\S+)/))[1] as string;
  await demo.says(/First readings after .* (°C|Hz|V|ppm|%)/s);
  await demo.says(/Ctrl-C stops everything\./);

  expect(await (await fetch(page)).text()).toContain('<html');
  const devices = (await json<{ name: string }[]>(`${page}/api/devices`)).map(({ name }) => name);
  for (let good = new Set<string>(); good.size < devices.length; ) {
    const values = await json<{ device: string; quality: string }[]>(`${page}/api/values`);
    good = new Set(
      values.filter(({ device, quality }) => device !== 'box' && quality === 'good').map(({ device }) => device),
    );
  }
  for (let delivered = 0; delivered < 5; ) {
    const { sinks } = await json<Ledger>(`${page}/api/ledger`);
    const samples = sinks.filter(({ lane }) => lane === 'samples').map((account) => account.delivered);
    delivered = Math.min(...samples);
  }
  expect(await json<unknown[]>(`${pool}/v1/sources`)).not.toEqual([]);
  for (let called: Alarms['alarms'] = []; called.length === 0; ) {
    const { alarms } = await json<Alarms>(`${page}/api/alarms`);
    called = alarms.filter(({ state }) => state === 'unacknowledged');
    for (const { key, priority, action } of called) {
      expect([key, priority]).toEqual(['sump-level/pit-level/level/H', 'low']);
      expect(action.zh).not.toBe('');
    }
  }

  const { code, out, err } = await demo.stop('SIGINT');
  expect(code).toBe(0);
  expect(out.replaceAll('\n', ' ')).toMatch(/Stopped\. \d+ frames .* every one is in the journal/);
  expect(err).toBe('');
  expect(isGone(plant)).toBe(true);

  const told = await sluice(['ledger', '--folder', join(folder, 'journal'), '--json']);
  expect(told.code).toBe(0);
  const ledger = JSON.parse(told.out) as Ledger;
  const appended = Number(/Stopped\. (\d+) frames/.exec(out)?.[1]);
  expect(ledger.lanes.samples.next).toBe(appended);
  for (const account of ledger.sinks) expect(account.isBalanced).toBe(true);
  const ofPool = ledger.sinks.find(({ sink, lane }) => sink === 'city-pool' && lane === 'samples');
  expect((await stored(join(folder, 'pool'))).size).toBeGreaterThanOrEqual(
    ofPool?.delivered ?? Number.POSITIVE_INFINITY,
  );
}, 60_000);
