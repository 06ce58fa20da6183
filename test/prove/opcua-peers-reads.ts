import { trustCertificate } from '../../drivers/opcua/index.js';
import type { Reading } from '../../gateway/contract/index.js';
import {
  begin,
  createDriver,
  Listener,
  linkOf,
  type OpcuaDriver,
  tablesOf,
  type TagSpecs,
} from '../drivers/opcua/opcua-link.js';
import { expectedTypes, typeTags } from '../drivers/opcua/type-tags.js';
import { until } from './commands-program.js';
import { type Finding, finding } from './proof.js';

/** A server of another make that serves the plant of the driver's tests. */
export interface Peer {
  readonly make: string;
  readonly endpoint: string;
  readonly certificate: Buffer;
  /** Policies and modes it has. */
  readonly security: readonly (readonly [policy: string, mode: string])[];
  /** What it has beside the common types, and what its first values are. */
  readonly own: { readonly tags: TagSpecs; readonly expected: Readonly<Record<string, number | string>> };
  /** Items `Load.N` that count up all the time. */
  readonly items: number;
  set(name: string, value: number): Promise<void>;
}

const patienceMs = 30_000;
const never = new AbortController().signal;
const passwordVariable = 'SLUICE_PROVE_PASSWORD';
const double: TagSpecs = { double: { node: 's=Plant.Double' } };
const isLate = ({ late }: Reading): boolean => late === true;

interface Client {
  readonly told: Listener;
  readonly driver: OpcuaDriver;
  readonly again: () => Promise<void>;
}

/** Reads of one peer, each with a driver of its own. */
export class PeerReads {
  readonly #peer: Peer;
  readonly #pki: string;

  constructor(peer: Peer, pki: string) {
    this.#peer = peer;
    this.#pki = pki;
  }

  async all(seconds: number): Promise<Finding[]> {
    await trustCertificate(this.#pki, this.#peer.certificate);
    return [
      await this.#types('subscribed'),
      await this.#types('polled'),
      await this.#security(),
      await this.#user(),
      ...(await this.#subscription(seconds)),
      await this.#history(),
    ];
  }

  async #with<T>(
    tags: TagSpecs,
    settings: Readonly<Record<string, unknown>>,
    device: Readonly<Record<string, unknown>>,
    act: (client: Client) => Promise<T>,
  ): Promise<T> {
    const told = new Listener();
    const own = { endpoint: this.#peer.endpoint, pki: this.#pki, ...settings };
    const link = linkOf(own, { plant: { settings: device, tags } });
    const driver = await createDriver(link);
    const again = (): Promise<void> => begin(driver, tablesOf(link), told);
    try {
      return await act({ told, driver, again });
    } finally {
      await driver.close();
    }
  }

  #types(read: 'subscribed' | 'polled'): Promise<Finding> {
    const { own, make } = this.#peer;
    const tags = { ...typeTags, ...own.tags };
    const expected: Readonly<Record<string, number | string>> = { ...expectedTypes, ...own.expected };
    const names = Object.keys(tags);
    return this.#with(tags, { security: 'none' }, { read }, async ({ told, again }) => {
      await again();
      await until(patienceMs, () => Promise.resolve(names.every((tag) => told.valuesOf(tag).length > 0)));
      const wrong = names.filter((tag) => told.valuesOf(tag)[0] !== expected[tag]);
      const what = wrong.map((tag) => `${tag} ${told.valuesOf(tag)[0]}`).join(', ');
      const figure = `${names.length - wrong.length} of ${names.length}${what && `; not: ${what}`}`;
      return finding(`${make}: types right, ${read}`, figure, String(names.length), wrong.length === 0);
    });
  }

  async #security(): Promise<Finding> {
    const { security, make } = this.#peer;
    const failed: string[] = [];
    for (const [policy, mode] of security) {
      const settings = { security: { policy, mode } };
      const got = await this.#with(double, settings, {}, async ({ told, again }) => {
        await again();
        return until(patienceMs, () => Promise.resolve(told.valuesOf('double')[0] === -273.15));
      }).catch((error: unknown) => String(error));
      if (got !== true) failed.push(`${policy} ${mode}: ${got ?? 'no value'}`);
    }
    const figure = `${security.length - failed.length} of ${security.length}${failed.map((one) => `; ${one}`).join('')}`;
    return finding(`${make}: policies and modes with values`, figure, 'all it has', failed.length === 0);
  }

  #user(): Promise<Finding> {
    const { make } = this.#peer;
    const user = { name: 'reader', password: { env: passwordVariable } };
    return this.#with(double, { security: {}, user }, {}, async ({ told, driver, again }) => {
      process.env[passwordVariable] = 'wrong-password';
      const refusal = await driver.connect(never).then(
        () => 'let in',
        (error: unknown) => (error as Error).message,
      );
      process.env[passwordVariable] = 'right-password';
      await again();
      const got = await until(patienceMs, () => Promise.resolve(told.valuesOf('double')[0] === -273.15));
      delete process.env[passwordVariable];
      const isRefused = refusal.includes('refuses the user reader');
      const figure = `${isRefused ? 'refused' : refusal}, ${got ? 'read' : 'not read'}`;
      return finding(`${make}: a wrong password, the right one`, figure, 'refused, read', isRefused && got === true);
    });
  }

  #subscription(seconds: number): Promise<Finding[]> {
    const { items, make } = this.#peer;
    const watched = (n: number) => ({ node: `s=Plant.Load.${n}`, sampling: 'on-change', queue: 20 });
    const tags = Object.fromEntries(Array.from({ length: items }, (_, n) => [`load_${n}`, watched(n)]));
    return this.#with(tags, { security: 'none' }, {}, async ({ told, driver, again }) => {
      await again();
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      const { losses, overflows, missed_notifications: missed, values = 0 } = driver.counters();
      const skipped = Object.keys(tags).filter((tag) => {
        const got = told.valuesOf(tag) as number[];
        return got.length < seconds / 2 || got.some((value, n) => value !== (got[0] as number) + n);
      });
      const lost = (losses ?? 0) + (overflows ?? 0) + (missed ?? 0);
      return [
        finding(`${make}: ${items} items for ${seconds} s, values`, values, 'many', values > items),
        finding(`${make}: items with a skip or a double`, skipped.length, '0', skipped.length === 0),
        finding(`${make}: losses, overflows, missed notifications`, lost, '0', lost === 0),
      ];
    });
  }

  #history(): Promise<Finding> {
    const { make } = this.#peer;
    const settings = { security: 'none', history: true, historyDelay: '500ms' };
    const tags = { temperature: { node: 's=Plant.Temperature', sampling: 'on-change' } };
    return this.#with(tags, settings, {}, async ({ told, driver, again }) => {
      await again();
      await this.#peer.set('Temperature', 21);
      await until(patienceMs, () => Promise.resolve(told.valuesOf('temperature').at(-1) === 21));
      // Connected and not subscribed: the changes are told to nobody.
      await driver.connect(never);
      for (const value of [22, 23, 24, 25]) await this.#peer.set('Temperature', value);
      await again();
      const lateValues = (): (number | string)[] => told.valuesOf('temperature', isLate);
      await until(patienceMs, () => Promise.resolve(lateValues().length >= 3));
      const live = told.valuesOf('temperature', (reading) => !isLate(reading));
      const figure = `${lateValues().join(' ')}; live ${live.join(' ')}`;
      const holds = lateValues().join(' ') === '22 23 24' && live.join(' ').endsWith('21 25');
      return finding(`${make}: what was missed, by history`, figure, '22 23 24; live … 21 25', holds);
    });
  }
}
