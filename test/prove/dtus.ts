import { type Log, silentLog } from '../../gateway/contract/index.js';
import { freePort } from '../support/free-port.js';
import { type Station, stationsOf, strangersOf } from './dtus-field.js';
import { StationLink } from './dtus-host.js';
import { Judge } from './dtus-judge.js';
import { type Finding, finding, type Proof, progress, type ProofOptions } from './proof.js';

const stationsInAll = 50;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What the drivers counted, summed over the links. */
interface Counted {
  readonly dialIns: number;
  readonly replaced: number;
  readonly heartbeats: number;
  readonly late: number;
  readonly beyondLateness: number;
  /** Of the one port they share. */
  readonly refused: number;
  /** Times the log was told of a refusal. */
  readonly told: number;
}

interface Scene {
  readonly stations: readonly Station[];
  readonly strangers: readonly Station[];
  readonly judge: Judge;
}

/** Lets everybody dial in for so long, with a link for each station. */
async function play({ stations, strangers, judge }: Scene, { isFull, say }: ProofOptions): Promise<Counted> {
  const lastsS = isFull ? 600 : 45;
  const dials = { host: '127.0.0.1', port: await freePort() };
  let told = 0;
  const log: Log = { ...silentLog, warn: () => (told += 1) };
  const links = await Promise.all(stations.map((station) => StationLink.start(station, dials.port, judge, log)));
  await Promise.all([...stations, ...strangers].map((one) => one.start(dials)));
  const tell = progress(say, 'seconds', lastsS);
  for (let second = 1; second <= lastsS; second += 1) {
    await sleep(1000);
    tell(second);
  }
  const sumOf = (name: string): number => links.reduce((sum, link) => sum + (link.counters()[name] ?? 0), 0);
  const counted = {
    dialIns: sumOf('dialIns'),
    replaced: sumOf('replaced'),
    heartbeats: sumOf('heartbeats'),
    late: sumOf('late'),
    beyondLateness: sumOf('beyondLateness'),
    refused: links[0]?.counters()['refusedOnPort'] ?? 0,
    told,
  };
  // What a stranger sees of its end from now on is the end of the port.
  await Promise.all(strangers.map((one) => one.stop()));
  await Promise.all([...links, ...stations].map((one) => one.stop()));
  return counted;
}

function valueFindings({ judge: { values, reads, heard } }: Scene, { late, beyondLateness }: Counted): Finding[] {
  const of = (count: number): string => `${count} of ${values.all} values, ${values.uncertain} of these uncertain`;
  const read = `${heard.size}; ${reads.good} reads with values, ${reads.failed} without`;
  const lateness = `${late} answers came late, ${beyondLateness} beyond the bound`;
  return [
    finding('stations read', read, `${stationsInAll}`, heard.size === stationsInAll),
    finding('wrong values', of(values.wrong), '0', values.wrong === 0 && values.all > 0),
    finding('values of another station', of(values.ofAnotherStation), '0', values.ofAnotherStation === 0),
    finding(
      'answers to an earlier request',
      `${of(values.ofAnotherPoll)}; ${lateness}`,
      '0',
      values.ofAnotherPoll === 0,
    ),
  ];
}

function callFindings({ stations, strangers }: Scene, counted: Counted): Finding[] {
  const { dialIns, replaced, refused, told } = counted;
  const total = (of: readonly Station[], what: 'dials' | 'closedByOther' | 'heartbeats' | 'heartbeatsInside'): number =>
    of.reduce((sum, { tally }) => sum + tally[what], 0);
  const dialled = `${total(stations, 'dials')} dialled, ${dialIns} registered`;
  const inside = total(stations, 'heartbeatsInside');
  const beats = `${total(stations, 'heartbeats')} sent, ${inside} inside a reply; ${counted.heartbeats} taken out`;
  const closed = total(strangers, 'closedByOther');
  const calls = `${total(strangers, 'dials')} calls, ${closed} closed; the port refused ${refused}, the log says so ${told} times`;
  const areRefused = strangers.every(({ tally }) => tally.dials - tally.closedByOther <= 1);
  return [
    finding(
      'connections of stations',
      `${dialled}, ${replaced} took the place of an older one`,
      `> ${stationsInAll}`,
      dialIns > stationsInAll && replaced > 0,
    ),
    finding('heartbeats', beats, 'some inside', inside > 0 && counted.heartbeats > 0),
    finding('strangers', calls, 'each refused and counted', areRefused && closed > 0 && refused >= closed),
  ];
}

/** 50 DTUs on one port, each with two Modbus units whose values say whose they are, and callers nobody waits for. */
export const dtus: Proof = {
  summary: 'DTUs that reconnect at random, heartbeats inside their replies: no wrong value, no unknown station',
  async run(options): Promise<readonly Finding[]> {
    const { isFull, seed, say } = options;
    const stations = stationsOf(stationsInAll, isFull, seed);
    const scene = { stations, strangers: strangersOf(stationsInAll, seed), judge: new Judge() };
    const counted = await play(scene, options);
    for (const example of scene.judge.examples.slice(0, 5)) say(`  ${example}`);
    return [...valueFindings(scene, counted), ...callFindings(scene, counted)];
  },
};
