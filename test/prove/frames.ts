import { encodeFrame } from '../../drivers/dlt645/frame.js';
import { answerTo } from '../../drivers/sl651/answer.js';
import { FrameCollector } from '../../drivers/sl651/frame-collector.js';
import { type AskedInstrument, askDlt645, askModbus, type Polled } from './frames-asked.js';
import {
  dlt645AddressRequest,
  dlt645Answers,
  type Element,
  hj212Frames,
  modbusAnswers,
  nmeaSentences,
  type PublishedAnswer,
  type PublishedReport,
  sl651Frames,
  szy206Frames,
} from './frames-published.js';
import { nmeaReader, readHj212, readSl651, readSzy206, type StreamReader } from './frames-streams.js';
import { places, type Protocol, wrongChecksums, wrongLengths } from './frames-wrong.js';
import { profileFile } from './profile-file.js';
import { type Finding, finding, type Proof } from './proof.js';

/** Held and tried of one sort of trial. */
interface Score {
  held: number;
  tried: number;
}

const trials = ['whole', 'split', 'merged', 'garbage', 'checksum', 'length'] as const;
type Trial = (typeof trials)[number];

/** What became of one published frame. */
interface Row {
  readonly protocol: string;
  readonly name: string;
  readonly elements: readonly Element[];
  readonly scores: Readonly<Record<Trial, Score>>;
  /** The first error each wrong form gave, in the product's words. */
  readonly words: Set<string>;
}

const rowOf = (protocol: string, { name, elements }: Pick<PublishedReport, 'name' | 'elements'>): Row => ({
  protocol,
  name,
  elements,
  scores: Object.fromEntries(trials.map((trial) => [trial, { held: 0, tried: 0 }])) as Record<Trial, Score>,
  words: new Set(),
});

function score({ scores }: Row, trial: Trial, held: boolean): void {
  scores[trial].tried += 1;
  scores[trial].held += held ? 1 : 0;
}

const tolerance = 1e-9;

/** The same elements, as many, in this order. */
const isSame = (got: readonly Element[] | undefined, wanted: readonly Element[]): boolean =>
  got?.length === wanted.length &&
  got.every(([name, value], n) => {
    const [wantedName, wantedValue] = wanted[n] as Element;
    const isEqual =
      typeof value === 'number' && typeof wantedValue === 'number'
        ? Math.abs(value - wantedValue) <= tolerance
        : value === wantedValue;
    return name === wantedName && isEqual;
  });

const bytesOf = (wire: string): Buffer => Buffer.from(wire.replaceAll(' ', ''), 'hex');
const textBytes = (wire: string): Buffer => Buffer.from(wire, 'latin1');
const oneByOne = (bytes: Uint8Array): Uint8Array[] => Array.from(bytes, (byte) => Uint8Array.of(byte));
/** No beginning of any frame, though bytes of such stand in it. */
const garbage = Buffer.from([0x00, 0xff, 0x13, 0x7e, 0x68, 0x23, 0x0d, 0x55]);

async function judgeAnswer(
  protocol: 'modbus' | 'dlt645',
  answer: PublishedAnswer,
  ask: (answer: PublishedAnswer) => Promise<AskedInstrument>,
): Promise<Row> {
  const row = rowOf(protocol, answer);
  const frame = bytesOf(answer.wire);
  let instrument = await ask(answer);
  const pollWith = async (...pieces: readonly Uint8Array[]): Promise<Polled> => {
    // What was refused is not asked for again: each trial of a refusal begins with a driver that knows nothing.
    if (answer.refusal) {
      await instrument.close();
      instrument = await ask(answer);
    }
    instrument.line.answerWith(...pieces);
    return instrument.poll();
  };
  const isRight = async (...pieces: readonly Uint8Array[]): Promise<boolean> => {
    const { elements, fault } = await pollWith(...pieces);
    if (answer.refusal === undefined) return fault === undefined && isSame(elements, answer.elements);
    const [quality, words] = answer.refusal;
    return fault?.quality === quality && words.test(fault.words);
  };
  const isTold = async (wrong: Uint8Array, as = /./): Promise<boolean> => {
    const { elements, fault } = await pollWith(wrong);
    if (fault) row.words.add(fault.words);
    const isRefused = answer.refusal?.[1].test(fault?.words ?? '') === true;
    const isSaid = fault !== undefined && as.test(fault.words) && !isRefused;
    return elements.length === 0 && isSaid && (await isRight(frame));
  };
  score(row, 'whole', await isRight(frame));
  score(row, 'split', await isRight(...oneByOne(frame)));
  score(row, 'merged', await isRight(Buffer.concat([frame, garbage])));
  score(row, 'garbage', await isRight(Buffer.concat([garbage, frame])));
  for (const wrong of wrongChecksums(protocol, frame))
    score(row, 'checksum', await isTold(wrong, places[protocol].told));
  for (const wrong of wrongLengths(protocol, frame)) score(row, 'length', await isTold(wrong));
  await instrument.close();
  return row;
}

/** `others` are frames of the same protocol that come before or after in one piece. */
function judgeReport(
  protocol: Protocol,
  report: PublishedReport,
  read: StreamReader,
  toBytes: (wire: string) => Buffer,
  others: readonly PublishedReport[],
): Row {
  const row = rowOf(protocol, report);
  const frame = toBytes(report.wire);
  const other = others.find(({ name }) => name !== report.name) ?? report;
  const after = toBytes(other.wire);
  const gives = (pieces: readonly Uint8Array[], ...wanted: readonly PublishedReport[]): boolean => {
    const { messages } = read(pieces);
    return messages.length === wanted.length && wanted.every(({ elements }, n) => isSame(messages[n], elements));
  };
  const isTold = (wrong: Uint8Array, as = /./): boolean => {
    const { messages, errors } = read([Buffer.concat([wrong, after])]);
    if (errors[0] !== undefined) row.words.add(errors[0]);
    const isSaid = errors.some((one) => as.test(one));
    return isSaid && messages.length === 1 && isSame(messages[0], other.elements);
  };
  score(row, 'whole', gives([frame], report) && read([frame]).errors.length === 0);
  score(row, 'split', gives(oneByOne(frame), report) && read(oneByOne(frame)).errors.length === 0);
  // NMEA is read by one message after another, so that of two sentences the order is that of the messages.
  score(
    row,
    'merged',
    protocol === 'nmea' ? mergedNmea(read, frame) : gives([Buffer.concat([frame, after])], report, other),
  );
  score(row, 'garbage', gives([Buffer.concat([garbage, frame])], report));
  for (const wrong of wrongChecksums(protocol, frame)) score(row, 'checksum', isTold(wrong, places[protocol].told));
  for (const wrong of wrongLengths(protocol, frame)) score(row, 'length', isTold(wrong));
  return row;
}

const mergedNmea = (read: StreamReader, frame: Uint8Array): boolean =>
  read([Buffer.concat([frame, frame])]).messages.length === 2;

async function rows(): Promise<Row[]> {
  const all: Row[] = [];
  for (const answer of modbusAnswers) all.push(await judgeAnswer('modbus', answer, askModbus));
  for (const answer of dlt645Answers) all.push(await judgeAnswer('dlt645', answer, askDlt645));
  const streams: readonly (readonly [Protocol, readonly PublishedReport[], StreamReader, typeof bytesOf])[] = [
    ['hj212', hj212Frames, readHj212, textBytes],
    ['sl651', sl651Frames, readSl651, bytesOf],
    ['szy206', szy206Frames, readSzy206, bytesOf],
    ['nmea', nmeaSentences, nmeaReader(profileFile('weather-station')), textBytes],
  ];
  for (const [protocol, reports, read, toBytes] of streams) {
    for (const report of reports) all.push(judgeReport(protocol, report, read, toBytes, reports));
  }
  return all;
}

/** What the gateway itself sends, byte for byte. */
async function sentFindings(): Promise<Finding[]> {
  const asked = await Promise.all(
    [...modbusAnswers.map((one) => [one, askModbus] as const), ...dlt645Answers.map((one) => [one, askDlt645] as const)]
      .filter(([{ request }]) => request !== undefined)
      .map(async ([answer, ask]) => {
        const instrument = await ask(answer);
        instrument.line.answerWith(bytesOf(answer.wire));
        await instrument.poll();
        await instrument.close();
        return instrument.line.requests[0]?.equals(bytesOf(answer.request as string)) === true;
      }),
  );
  const address = encodeFrame({ address: 'AAAAAAAAAAAA', control: 0x13, data: new Uint8Array() }, 0);
  const requests = [...asked, Buffer.from(address).equals(bytesOf(dlt645AddressRequest))];
  const answers = sl651Frames.flatMap(({ wire, answer }) => {
    const [frame] = new FrameCollector().push(bytesOf(wire)).frames;
    if (!answer || !frame) return [];
    return [Buffer.from(answerTo(frame, frame.body, 'keep-online', answer.time) ?? []).equals(bytesOf(answer.wire))];
  });
  return [counted('requests of ours as published', requests), counted('answers of ours as published', answers)];
}

const counted = (what: string, all: readonly boolean[]): Finding => {
  const held = all.filter(Boolean).length;
  return finding(what, `${held} of ${all.length}`, 'all', held === all.length && all.length > 0);
};

const said = (elements: readonly Element[]): string =>
  elements.map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toFixed(6)) : value}`).join(', ');

function tell(all: readonly Row[], say: (line: string) => void): void {
  const [protocols, names] = [8, Math.max(...all.map(({ name }) => name.length))];
  say(
    `  ${'protocol'.padEnd(protocols)} ${'frame'.padEnd(names)} elements ${trials.map((one) => one.padEnd(9)).join('')} values`,
  );
  for (const { protocol, name, elements, scores } of all) {
    const cells = trials.map((trial) => `${scores[trial].held}/${scores[trial].tried}`.padEnd(9)).join('');
    say(
      `  ${protocol.padEnd(protocols)} ${name.padEnd(names)} ${String(elements.length).padEnd(8)} ${cells} ${said(elements)}`,
    );
  }
  say('  errors as they are told:');
  for (const protocol of new Set(all.map((row) => row.protocol))) {
    const words = new Set(all.flatMap((row) => (row.protocol === protocol ? [...row.words] : [])));
    for (const one of [...words].slice(0, 3)) say(`    ${protocol}: ${one}`);
  }
}

const meanings: Readonly<Record<Trial, string>> = {
  whole: 'frames that give every element, and no other',
  split: 'the same, a byte at a time',
  merged: 'the same, with another frame or noise behind',
  garbage: 'the same, with garbage before',
  checksum: 'wrong checksums told in words, no value, the next frame read',
  length: 'wrong lengths told in words, no value, the next frame read',
};

/** Every published frame, right and wrong. */
export const frames: Proof = {
  summary: 'each published frame gives its elements; wrong ones are told in words and hide no other',
  async run({ say }) {
    const all = await rows();
    tell(all, say);
    const findings = trials.map((trial) => {
      const [held, tried] = (['held', 'tried'] as const).map((key) =>
        all.reduce((sum, row) => sum + row.scores[trial][key], 0),
      );
      return finding(meanings[trial], `${held} of ${tried}`, 'all', held === tried && tried !== 0);
    });
    const elements = all.reduce((sum, row) => sum + row.elements.length, 0);
    return [
      finding('published frames', all.length, '22', all.length === 22),
      finding('elements in them', elements, '45', elements === 45),
      ...findings,
      ...(await sentFindings()),
    ];
  },
};
