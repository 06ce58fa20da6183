import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type ByteLine,
  byteLine,
  type ByteStream,
  dialInField,
  serialSettings,
} from '../../../drivers/streams/index.js';
import { type Clock, type LogFields, NotConnected, silentLog } from '../../../gateway/contract/index.js';
import { systemClock } from '../../../gateway/runtime/index.js';
import { freePort } from '../../support/free-port.js';
import { ManualClock, settle } from '../../support/manual-clock.js';
import { Dialler } from './dialler.js';

const never = new AbortController().signal;
const serial = serialSettings({ baud: 9600, parity: 'none' }).parse({});

/** A link's line, and what whoever reads it was told. */
class Link {
  readonly line: ByteLine;
  stream: ByteStream | undefined;
  heard = '';
  lost: string | undefined;
  #changed: () => void = () => undefined;

  constructor(
    dialIn: Readonly<Record<string, unknown>>,
    { host = '127.0.0.1', at = port, clock = systemClock as Clock } = {},
  ) {
    const address = { kind: 'tcp-listen', host, port: at } as const;
    const log = {
      ...silentLog,
      warn: (fields: LogFields, message: string) => void warnings.push({ message, ...fields }),
    };
    this.line = byteLine({ address, serial, dialIn: dialInField().parse(dialIn), clock, log });
    links.push(this);
  }

  async open(signal = never): Promise<void> {
    const events = {
      received: (bytes: Uint8Array) => {
        this.heard += Buffer.from(bytes).toString('latin1');
        this.#changed();
      },
      lost: (why: string) => {
        this.lost = why;
        this.#changed();
      },
    };
    this.stream = await this.line.open(events, signal);
  }

  async hears(text: string): Promise<void> {
    await this.#until(() => this.heard === text);
  }

  async isLost(): Promise<string> {
    await this.#until(() => this.lost !== undefined);
    return this.lost as string;
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }
}

let port: number;
let links: Link[] = [];
let diallers: Dialler[] = [];
let warnings: LogFields[] = [];

beforeEach(async () => {
  port = await freePort();
});

afterEach(async () => {
  for (const { stream, line } of links) {
    await stream?.close();
    await line.close();
  }
  await Promise.all(diallers.map((one) => one.hangUp()));
  [links, diallers, warnings] = [[], [], []];
});

/** Dials as a DTU does: until somebody listens. */
async function dial(...said: string[]): Promise<Dialler> {
  for (;;) {
    const dialler = await Dialler.to(port).catch(() => undefined);
    if (!dialler) continue;
    diallers.push(dialler);
    for (const text of said) await dialler.say(text);
    return dialler;
  }
}

describe('a link whose DTU dials in', () => {
  test('has what follows the registration, in the same segment too, and answers', async () => {
    const link = new Link({ registration: 'DTU-1;' });
    const opening = link.open();
    const dtu = await dial('DTU-1;first');
    await opening;
    await link.hears('first');
    await link.stream?.write(Buffer.from('request'));
    await dtu.hears('request');
    expect(await link.stream?.isGone()).toBe(false);
  });

  test('knows a registration that comes in pieces', async () => {
    const link = new Link({ registration: 'hex:7B 01 ?? 7D' });
    const opening = link.open();
    const dtu = await dial('\x7b', '\x01\x33', '\x7d');
    await opening;
    await dtu.say('answer');
    await link.hears('answer');
  });

  test('waits for what may follow a word before it takes it', async () => {
    const clock = new ManualClock();
    const link = new Link({ registration: 'DTU-1' }, { clock });
    let isOpen = false;
    const opening = link.open().then(() => {
      isOpen = true;
    });
    await dial('DTU-1');
    while (clock.waiting < 3) await settle();
    await clock.advance(499);
    expect(isOpen).toBe(false);
    await clock.advance(1);
    await opening;
  });

  test('loses heartbeats wherever they stand, and nothing else', async () => {
    const link = new Link({ registration: 'DTU-1;', heartbeats: ['PING', 'hex:FE FE ?? 16'] });
    const opening = link.open();
    const dtu = await dial('DTU-1;PING');
    await opening;
    for (const text of ['PI', 'NGan', 'sPINGwe', '\xfe\xfe', '\x07\x16r']) await dtu.say(text);
    await link.hears('answer');
    expect(link.line.counters()).toMatchObject({ dialIns: 1, heartbeats: 4 });
  });

  test('has an answer that ends as a heartbeat begins a moment later', async () => {
    const clock = new ManualClock();
    const link = new Link({ registration: 'DTU-1;', heartbeats: ['PING'] }, { clock });
    const opening = link.open();
    await dial('DTU-1;endsinPI');
    await opening;
    await link.hears('endsin');
    await clock.advance(100);
    expect(link.heard).toBe('endsinPI');
  });

  test('is lost when the DTU hangs up, and has it again when it dials again', async () => {
    const link = new Link({ registration: 'DTU-1;' });
    const opening = link.open();
    const dtu = await dial('DTU-1;');
    await opening;
    await dtu.hangUp();
    expect(await link.isLost()).toMatch(/closed the connection/);
    expect(await link.stream?.isGone()).toBe(true);
    const again = await dial('DTU-1;');
    await link.open();
    await again.say('here');
    await link.hears('here');
  });

  test('a newer connection closes the older, and is there for the next attempt', async () => {
    const link = new Link({ registration: 'DTU-1;' });
    const opening = link.open();
    const older = await dial('DTU-1;');
    await opening;
    const newer = await dial('DTU-1;');
    await older.closed;
    expect(await link.isLost()).toBe(
      `a newer connection of the DTU, from ${newer.from}, took the place of that from ${older.from}`,
    );
    await link.open();
    await newer.say('new');
    await link.hears('new');
    expect(link.line.counters()).toMatchObject({ dialIns: 2, replaced: 1 });
  });

  test('a silent one is closed, and a heartbeat is no silence', async () => {
    const clock = new ManualClock();
    const link = new Link({ registration: 'DTU-1;', heartbeats: ['PING'], silentAfter: '10s' }, { clock });
    const opening = link.open();
    const dtu = await dial('DTU-1;');
    await opening;
    await clock.advance(9999);
    await dtu.say('PING');
    while (link.line.counters()['heartbeats'] === 0) await settle();
    await clock.advance(9999);
    expect(link.lost).toBeUndefined();
    await clock.advance(1);
    expect(await link.isLost()).toMatch(/nothing came for 10000 ms/);
    await dtu.closed;
  });

  test('is told in time that nobody has dialled in, and what was refused; listens on', async () => {
    const clock = new ManualClock();
    const link = new Link({ registration: 'DTU-1;', dialsInWithin: '20s' }, { clock });
    const opening = link.open().catch((error: unknown) => error);
    await (await dial('DTU-7')).closed;
    await clock.advance(20_000);
    const error = (await opening) as NotConnected;
    expect(error).toBeInstanceOf(NotConnected);
    expect(error.message).toMatch(
      new RegExp(`^DTU \`DTU-1;\` at tcp-listen://127.0.0.1:${port}: has not dialled in within 20000 ms; check `),
    );
    expect(error.message).toMatch(/refused last: 127\.0\.0\.1:\d+, which said `DTU-7`$/);
    const dtu = await dial('DTU-1;');
    await link.open();
    await dtu.say('late');
    await link.hears('late');
  });

  test('ends its wait with its signal', async () => {
    const link = new Link({ registration: 'DTU-1;' });
    const ending = new AbortController();
    const opening = link.open(ending.signal);
    await dial();
    ending.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('enough');
  });
});

describe('a port where DTUs dial in', () => {
  test('serves several links, each its own DTU', async () => {
    const one = new Link({ registration: 'DTU-1' });
    const ten = new Link({ registration: 'DTU-10' });
    const opening = [one.open(), ten.open()];
    const dtuTen = await dial('DTU-1', '0');
    const dtuOne = await dial('DTU-1');
    await Promise.all(opening);
    await dtuTen.say('from ten');
    await dtuOne.say('from one');
    await one.hears('from one');
    await ten.hears('from ten');
  });

  test('refuses who is unknown, says so once a minute, and counts', async () => {
    const clock = new ManualClock();
    const link = new Link({ registration: 'DTU-1;' }, { clock });
    const opening = link.open();
    for (const said of ['GET / HTTP/1.1\r\n', 'DTU-2;', '\x00\xff']) await (await dial(said)).closed;
    await clock.advance(60_000 - 31_000);
    await dial('DTU-1;');
    await opening;
    expect(link.line.counters()).toMatchObject({ dialIns: 1, refusedOnPort: 3 });
    await clock.advance(31_000);
    await (await dial('\x00\xff')).closed;
    expect(warnings).toEqual([
      expect.objectContaining({
        at: `tcp-listen://127.0.0.1:${port}`,
        from: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        said: '`hex:47 45 54 20 2F 20 48 54 54 50 2F 31 2E 31 0D 0A`',
      }),
      expect.objectContaining({ said: '`hex:00 FF`', untold: 2 }),
    ]);
  });

  test('closes who says nothing in time', async () => {
    const clock = new ManualClock();
    const link = new Link({ registration: 'DTU-1;', registrationWithin: '5s', dialsInWithin: '1h' }, { clock });
    const opening = link.open();
    const silent = await dial();
    const begun = await dial('DTU');
    while (clock.waiting < 3) await settle();
    await clock.advance(4999);
    expect([silent.isOpen, begun.isOpen]).toEqual([true, true]);
    await clock.advance(1);
    await Promise.all([silent.closed, begun.closed]);
    expect(warnings).toEqual([
      expect.objectContaining({ said: 'nothing', why: 'it did not say who it is within 5000 ms' }),
    ]);
    await dial('DTU-1;');
    await opening;
  });

  test('keeps 64 that have not said who they are, and closes the oldest for one more', async () => {
    const link = new Link({ registration: 'DTU-1;' });
    const opening = link.open();
    const strangers: Dialler[] = [];
    for (let n = 0; n < 65; n += 1) strangers.push(await dial());
    await strangers[0]?.closed;
    expect(strangers.filter(({ isOpen }) => isOpen)).toHaveLength(64);
    await strangers[1]?.say('DTU-1;');
    await opening;
  });

  test('two links cannot wait for the same DTU', async () => {
    const one = new Link({ registration: 'DTU-1;' });
    const opening = one.open();
    await dial('DTU-1;');
    await opening;
    const other = new Link({ registration: 'DTU-1;' });
    await expect(other.open()).rejects.toThrow(/another link waits for `DTU-1;` at tcp-listen.*of its own/);
    expect(one.lost).toBeUndefined();
  });

  test('two hosts for one port are told apart in words', async () => {
    const one = new Link({ registration: 'DTU-1;' });
    const opening = one.open();
    await dial('DTU-1;');
    await opening;
    const other = new Link({ registration: 'DTU-2;' }, { host: '0.0.0.0' });
    await expect(other.open()).rejects.toThrow(
      new RegExp(`EADDRINUSE.*listens on tcp-listen://127.0.0.1:${port}: write the same host in both`),
    );
  });

  test('is closed with its last link, every connection and timer with it, and can be opened again', async () => {
    const clock = new ManualClock();
    const one = new Link({ registration: 'DTU-1;' }, { clock });
    const two = new Link({ registration: 'DTU-2;' }, { clock });
    const opening = [one.open(), two.open()];
    const dtus = [await dial('DTU-1;'), await dial('DTU-2;')];
    await Promise.all(opening);
    const stranger = await dial();
    await one.line.close();
    await dtus[0]?.closed;
    expect([dtus[1]?.isOpen, stranger.isOpen]).toEqual([true, true]);
    await two.line.close();
    await Promise.all([dtus[1]?.closed, stranger.closed]);
    await expect(Dialler.to(port)).rejects.toThrow('ECONNREFUSED');
    expect(clock.waiting).toBe(0);
    const reopening = one.open();
    await dial('DTU-1;');
    await reopening;
  });

  test('is there for a link that opens while the last one closes', async () => {
    const one = new Link({ registration: 'DTU-1;' });
    const two = new Link({ registration: 'DTU-2;' });
    for (let turns = 0; turns < 8; turns += 1) {
      const opening = two.open();
      await dial('DTU-2;');
      await opening;
      const closing = two.line.close();
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const reopening = one.open();
      await closing;
      await dial('DTU-1;');
      await reopening;
      await one.line.close();
    }
  });

  test('closing a link that waits ends the wait', async () => {
    const link = new Link({ registration: 'DTU-1;' });
    const opening = link.open();
    await dial();
    await link.line.close();
    await expect(opening).rejects.toThrow(/it was closed/);
    await expect(Dialler.to(port)).rejects.toThrow('ECONNREFUSED');
  });
});
