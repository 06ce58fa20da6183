import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '../../../../gateway/cli/failure.js';
import { sniffCommand } from '../../../../gateway/cli/kit/sniff/command.js';
import { listen } from '../../../../gateway/cli/kit/sniff/listen.js';
import { headLine, recordedLine, type RecordingHead } from '../../../../gateway/cli/kit/sniff/recording.js';
import { RecordingFile } from '../../../../gateway/cli/kit/sniff/recording-file.js';
import { SniffSession } from '../../../../gateway/cli/kit/sniff/session.js';
import { textWidth } from '../../../../gateway/cli/text-width.js';
import { serialSettings } from '../../../../drivers/streams/index.js';
import type { Language } from '../../../../gateway/contract/index.js';
import { type ListenedBus, startListenedBus } from '../../../drivers/modbus/listen/listened-bus.js';
import {
  bitsReply,
  exceptionReply,
  readRequest,
  registersReply,
  rtu,
  type Said,
} from '../../../drivers/modbus/listen/bus-script.js';
import { ManualClock, settle } from '../../../support/manual-clock.js';
import { toldCli } from '../told-cli.js';

const serial = serialSettings({ baud: 9600, parity: 'none' }).parse({});
const settings = { address: { kind: 'serial', path: '/dev/ttyUSB0' }, serial, framing: 'rtu' } as const;
const head: RecordingHead = {
  recording: 'sluice sniff',
  version: 1,
  at: '2026-11-22T08:00:00.000Z',
  address: 'serial:/dev/ttyUSB0',
  framing: 'rtu',
  serial,
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-sniff-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const flipped = (frame: Uint8Array): Uint8Array => frame.map((byte, n) => (n === 4 ? byte ^ 0x10 : byte));

/** A morning on a bus: every sort of line a transcript has. */
const morning: readonly Said[] = [
  { atMs: 0, bytes: readRequest(1, 3, 0, 10) },
  { atMs: 12.2, bytes: registersReply(1, 3, [231, 65_535, 0, 1, 2, 3, 4, 5, 6, 7]) },
  { atMs: 100, bytes: readRequest(2, 1, 0, 24) },
  { atMs: 108, bytes: bitsReply(2, 1, 0x0f, 0xff, 0) },
  { atMs: 200, bytes: readRequest(3, 4, 100, 1) },
  { atMs: 204.5, bytes: exceptionReply(3, 4, 2) },
  { atMs: 300, bytes: rtu(1, 16, 0, 4, 0, 2, 4, 0, 7, 1, 0) },
  { atMs: 309, bytes: rtu(1, 16, 0, 4, 0, 2) },
  { atMs: 400, bytes: readRequest(9, 3, 0, 1) },
  { atMs: 1400, bytes: readRequest(1, 3, 0, 10) },
  { atMs: 1409, bytes: flipped(registersReply(1, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])) },
  { atMs: 2400, bytes: readRequest(1, 3, 0, 2) },
  { atMs: 2407, bytes: registersReply(1, 3, [1, 2]) },
  { atMs: 2500, bytes: registersReply(4, 3, [1, 2]) },
  { atMs: 2600, bytes: readRequest(2, 1, 0, 24) },
  { atMs: 2900, bytes: bitsReply(2, 1, 5, 0, 8) },
];

function transcriptOf(said: readonly Said[], endMs: number, language: Language = 'en', isJson = false): string {
  const cli = toldCli(language);
  const session = new SniffSession(cli, settings, isJson);
  for (const { atMs, bytes } of said) session.hear(bytes, atMs);
  session.end(endMs);
  return cli.said.join('\n');
}

describe('the transcript', () => {
  test('has a line a frame, with time, unit, verdict and words', () => {
    expect(transcriptOf(morning, 5000).split('\n\n')[0]).toBe(`   time s  unit       what
    0.000     1  ok   > read holding 0–9
    0.012     1  ok   < 12.2 ms  231 65535 0 1 2 3 4 5 6 7
    0.100     2  ok   > read coil 0–23
    0.108     2  ok   < 8.0 ms  111100001111111100000000
    0.200     3  ok   > read input 100
    0.204     3  ok   < 4.5 ms  refused: 02 no such address
    0.300     1  ok   > write holding 4–5: 7 256
    0.309     1  ok   < 9.0 ms  done
    0.400     9  ok   > read holding 0
    1.400     9       ! no reply within 1000.0 ms
    1.400     1  ok   > read holding 0–9
    1.409     1  bad  ! 25 bytes, no right frame: 01 03 14 00 11 00 02 00 03 00…
    2.400     1       ! no right reply within 1000.0 ms
    2.400     1  ok   > read holding 0–1
    2.407     1  ok   < 7.0 ms  1 2
    2.500     4  ok   ! a reply nobody was heard to ask for, function 03
    2.600     2  ok   > read coil 0–23
    2.900     2  ?    ! a reply or a request: cannot be told, no value`);
  });

  test('ends with what was heard of each unit, and what to check', () => {
    expect(
      transcriptOf(morning, 5000).split('\n\n')[1],
    ).toBe(`5.0 s: 15 right frames, 25 damaged bytes, 1.6 requests a second
  unit  asked  replied  refused  silent  damaged  reply ms: min / median / max
     1      4        3        0       0        1  7 / 9 / 12.2
     2      2        1        0       0        0  8 / 8 / 8
     3      1        0        1       0        0  4.5 / 4.5 / 4.5
     9      1        0        0       1        0  -
Replies to requests that were not heard: 1
Frames that read both as a reply and as a request, and gave no value: 1
Unit 1 is often damaged: check its wiring, and that no two units have this id.
The master asks unit 3 for addresses it does not have: compare its register map.`);
  });

  test.each(['en', 'zh'] as const)('is read at 80 columns (%s)', (language) => {
    const lines = transcriptOf(morning, 5000, language).split('\n');
    expect(lines.length).toBeGreaterThan(25);
    expect(lines.filter((line) => textWidth(line) > 80)).toEqual([]);
    if (language === 'zh') expect(lines.join('\n')).toContain('坏   ! 25 字节，不是正确的报文：01 03 14');
  });

  test('is a JSON object a line for programs, the last one the summary', () => {
    const lines = transcriptOf(morning, 5000, 'en', true).split('\n');
    const objects = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(objects).toHaveLength(19);
    expect(objects[1]).toEqual({
      kind: 'reply',
      startMs: 12.2,
      endMs: 12.2,
      bytes: '01031400e7ffff00000001000200030004000500060007e5eb',
      unit: 1,
      function: 3,
      place: 'holding 0–9',
      turnaroundMs: 12.2,
      doubtful: false,
      data: '00e7ffff00000001000200030004000500060007',
    });
    expect(objects.at(-1)).toMatchObject({ kind: 'summary', ms: 5000, frames: 15, requests: 8, replies: 5, strays: 1 });
  });
});

describe('advice', () => {
  const polls = (reply: (n: number) => Uint8Array | undefined, unit = 1): Said[] =>
    Array.from({ length: 5 }, (_, n) => n).flatMap((n) => {
      const answer = reply(n);
      const request = { atMs: n * 500, bytes: readRequest(unit, 3, 0, 2) };
      return answer ? [request, { atMs: n * 500 + 9, bytes: answer }] : [request];
    });
  /** What stands below the table, its line breaks taken out. */
  const below = (said: readonly Said[]): string => {
    const [, text = ''] = transcriptOf(said, 10_000).split('\n\n');
    return text
      .split('\n')
      .filter((line) => !line.startsWith(' ') && !/^[\d.]+ s: /.test(line))
      .join(' ');
  };

  test.each([
    ['nothing at all', [], /^Nothing was heard/],
    [
      'another speed',
      [{ atMs: 0, bytes: Uint8Array.of(0xf8, 0x80, 0xfe, 0x18) }],
      /^Bytes were heard, and not one right frame/,
    ],
    [
      'every reply damaged',
      polls(() => flipped(registersReply(1, 3, [1, 2]))),
      /^Requests are right, and every reply is damaged/,
    ],
    ['requests alone', polls(() => undefined), /^Requests were heard, and no reply at all/],
    [
      'replies alone',
      polls(() => registersReply(1, 3, [1, 2])).filter((_, n) => n % 2 === 1),
      /Replies were heard, and no request/,
    ],
    [
      'one unit silent',
      [
        ...polls(() => registersReply(1, 3, [1, 2])),
        ...polls(() => undefined, 7).map((one) => ({ ...one, atMs: one.atMs + 5000 })),
      ],
      /^Unit 7 never answers/,
    ],
    ['all well', polls(() => registersReply(1, 3, [1, 2])), /^$/],
  ])('%s', (_, said, expected) => {
    expect(below(said)).toMatch(expected);
  });
});

describe('a recording', () => {
  const chunks = fc.array(
    fc.tuple(
      fc.double({ min: 0, max: 1200, noNaN: true }),
      fc.constantFrom(...morning.map(({ bytes }) => bytes)),
      fc.nat(30),
    ),
    { minLength: 1, maxLength: 20 },
  );

  test('gives the same output, however often silence was looked at while it was made', () => {
    fc.assert(
      fc.property(chunks, fc.integer({ min: 1, max: 400 }), (all, everyMs) => {
        const live = toldCli();
        const session = new SniffSession(live, settings, false);
        const said: Said[] = [];
        let nowMs = 0;
        for (const [pauseMs, bytes, cut] of all) {
          const atMs = Math.round((nowMs + pauseMs) * 1000) / 1000;
          for (let ms = nowMs; ms < atMs; ms += everyMs) session.pass(ms);
          nowMs = atMs;
          said.push({ atMs, bytes: bytes.subarray(Math.min(cut, 4)) });
          session.hear(bytes.subarray(Math.min(cut, 4)), atMs);
        }
        session.end(nowMs + 5000);
        expect(transcriptOf(said, nowMs + 5000)).toBe(live.said.join('\n'));
      }),
      { numRuns: 300 },
    );
  });

  test('that is none, is broken or goes back in time is told by its line', async () => {
    const path = join(folder, 'bus.jsonl');
    const run = async (text: string): Promise<string> => {
      await writeFile(path, text);
      const cli = toldCli();
      await sniffCommand(cli).parseAsync(['--replay', path], { from: 'user' });
      return cli.said.join('\n');
    };
    const first = recordedLine({ ms: 5, bytes: readRequest(1, 3, 0, 1) });
    await expect(run('PK\u0003\u0004')).rejects.toThrow(`${path}, line 1, is not of a recording of \`sluice sniff\``);
    await expect(run(`${headLine(head)}${first}[4,"00"]\n[9]\n`)).rejects.toThrow(`${path}, line 3`);
    await expect(run(`${headLine(head)}[1,"0g"]\n[9]\n`)).rejects.toThrow(`${path}, line 2`);
    expect(await run(`${headLine(head)}${first}[9,"01`)).toContain('1 right frames');
  });
});

describe('the command', () => {
  let bus: ListenedBus;
  beforeEach(async () => {
    bus = await startListenedBus();
  });
  afterEach(() => bus.stop());

  test('listens, sends nothing, keeps what it hears, and replays it to the byte', async () => {
    const save = join(folder, 'bus.jsonl');
    const address = `tcp://127.0.0.1:${bus.port}`;
    const [cli, clock, ending] = [toldCli(), new ManualClock(), new AbortController()];
    const line = { ...settings, address: { kind: 'tcp', host: '127.0.0.1', port: bus.port } } as const;
    const file = await RecordingFile.create(save, { ...head, address });
    const options = { settings: line, forMs: 60_000, file, isJson: false, clock };
    const listening = listen(cli, options, ending.signal);
    while (bus.connections === 0) await settle();
    for (const [n, { atMs, bytes }] of morning.entries()) {
      const before = cli.said.length;
      bus.say(bytes);
      // The damaged reply is decided by the silence after it.
      while (cli.said.length === before && n !== 10) await settle();
      await clock.advance((morning[n + 1]?.atMs ?? atMs) - atMs);
    }
    await clock.advance(60_000);
    await listening;
    expect(cli.said.join('\n')).toContain('60.0 s: 15 right frames, 25 damaged bytes');
    expect(bus.sent).toBe(0);
    expect((await readFile(save, 'utf8')).split('\n')).toHaveLength(morning.length + 3);

    const again = toldCli();
    await sniffCommand(again).parseAsync(['--replay', save], { from: 'user' });
    expect(again.said).toEqual(cli.said);
    // What is there already is not written over.
    await expect(RecordingFile.create(save, head)).rejects.toThrow('EEXIST');
  });

  test.each([
    ['en', /^\/dev\/full cannot be written, and the listening ends: ENOSPC.*\nMake room on the disk/],
    ['zh', /^\/dev\/full 无法写入，监听到此结束：ENOSPC.*\n请腾出磁盘空间/],
  ] as const)('a full disk ends it in words, and after the summary (%s)', async (language, expected) => {
    const cli = toldCli(language);
    const file = new RecordingFile(createWriteStream('/dev/full'), head);
    const line = { ...settings, address: { kind: 'tcp', host: '127.0.0.1', port: bus.port } } as const;
    const options = { settings: line, forMs: Infinity, file, isJson: false, clock: new ManualClock() };
    const listening = listen(cli, options, new AbortController().signal);
    await expect(listening).rejects.toThrow(expected);
    await expect(listening).rejects.toBeInstanceOf(Failure);
    expect(cli.said).toHaveLength(2);
  });

  test('says what is wrong with how it was called', async () => {
    const call = (...args: string[]) => sniffCommand(toldCli()).parseAsync(args, { from: 'user' });
    await expect(call()).rejects.toThrow('Which line? Write its address');
    await expect(call('tcp://127.0.0.1:1', '--replay', 'x')).rejects.toThrow('leave the address');
    await expect(call('/dev/ttyUSB0')).rejects.toThrow('is no address of a Modbus link; write');
    await expect(call('tcp://127.0.0.1:1', '--for', '30')).rejects.toThrow('`30` is no time');
    await expect(call('tcp://127.0.0.1:1', '--parity', 'mark')).rejects.toThrow('mark');
    await expect(call('tcp://127.0.0.1:1', '--baud', 'x')).rejects.toThrow('`x` is no number');
  });

  test('tells a line that cannot be opened, and leaves without a summary', async () => {
    const { port } = bus;
    await bus.stop();
    bus = await startListenedBus();
    const cli = toldCli();
    const line = { ...settings, address: { kind: 'tcp', host: '127.0.0.1', port } } as const;
    const options = { settings: line, forMs: 10, file: undefined, isJson: false, clock: new ManualClock() };
    await expect(listen(cli, options, new AbortController().signal)).rejects.toThrow(/cannot connect/);
    expect(cli.said.join('\n')).not.toContain('Nothing was heard');
  });
});
