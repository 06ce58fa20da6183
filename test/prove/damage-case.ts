import { join } from 'node:path';
import type { LaneName } from '../../gateway/contract/index.js';
import { checkJournal, type JournalCheck } from './checked-journal.js';
import type { DiskState } from './disk-states.js';
import { randomFrom } from './proof.js';
import { RecordedDisk } from './recorded-disk.js';
import { Extents, faults, laneOf, type Spoilt } from './spoilt-segment.js';

/** A recorded journal, as it is handed to those that damage it. */
export interface Recording {
  readonly folder: string;
  readonly folderIdentity: string;
  readonly whole: DiskState;
}

/** Who learns of damage: people at the start, or each sink's ledger by the holes it counts. */
type ToldBy = 'start' | 'ledger' | 'nobody';

/** What became of one damaged journal. */
export interface DamageOutcome {
  /** Why it was refused; undefined when it was opened. */
  readonly refused?: string;
  readonly wrong: number;
  readonly lost: number;
  /** Of the lost, those whose own bytes are sound. */
  readonly besides: number;
  /** The record of a tag table was hit: frames cannot be read without theirs. */
  readonly hitTable: boolean;
  readonly toldBy: ToldBy;
  readonly hasCopy: boolean;
  /** A whole record follows the damage; without one it cannot be told from what was being written. */
  readonly needsCopy: boolean;
  /** Segment, bytes and sums, to look into it. */
  readonly words: string;
}

type ReadBack = Pick<DamageOutcome, 'wrong' | 'lost' | 'besides' | 'toldBy' | 'words'>;

const lanes: readonly LaneName[] = ['samples', 'alarms'];

const missing = (before: ReadonlySet<number>, now: ReadonlySet<number>): readonly number[] =>
  [...before].filter((offset) => !now.has(offset));

function toldBy(check: JournalCheck, lost: Readonly<Record<LaneName, readonly number[]>>): ToldBy {
  const { damage, newEpoch, reason, tornBytes, held } = check;
  if (damage.length > 0 || newEpoch !== undefined || reason !== 'stop' || tornBytes > 0) return 'start';
  const isHole = (lane: LaneName, offset: number): boolean => offset >= held[lane][0] && offset < held[lane][1];
  return lanes.every((lane) => lost[lane].every((offset) => isHole(lane, offset))) ? 'ledger' : 'nobody';
}

/** Damages one recorded journal again and again, each time from the whole one. */
export class DamageCases {
  readonly #recording: Recording;
  readonly #extents: Extents;
  /** What can be read of the whole journal, which ended in good order. */
  readonly sound: JournalCheck;

  private constructor(recording: Recording, sound: JournalCheck) {
    this.#recording = recording;
    this.#extents = new Extents(recording.whole);
    this.sound = sound;
  }

  static async of(recording: Recording): Promise<DamageCases> {
    const { folder, folderIdentity, whole } = recording;
    return new DamageCases(recording, await checkJournal(new RecordedDisk(folder, folderIdentity, whole), folder));
  }

  /** One fault anywhere in one of the segments: opens what is left and reads all of it. */
  async judge(fault: string, seed: number): Promise<DamageOutcome> {
    const { folder, folderIdentity, whole } = this.#recording;
    const random = randomFrom(seed);
    const name = [...whole.keys()][Math.floor(random() * whole.size)] as string;
    const spoilt = (faults[fault] as (typeof faults)[string])(whole.get(name) as Buffer, random);
    const disk = new RecordedDisk(folder, folderIdentity, new Map(whole).set(name, spoilt.content));
    const place = `${name} bytes ${spoilt.from}–${spoilt.to}`;
    const needsCopy = this.#extents.isFollowed(name, spoilt) && !spoilt.content.equals(whole.get(name) as Buffer);
    const hitTable = this.#extents.touchesTable(name, spoilt);
    const common = { hitTable, needsCopy };
    try {
      const read = this.#compare(name, spoilt, await checkJournal(disk, folder), place);
      const copy = join(folder, 'quarantine', name);
      return { ...common, ...read, hasCopy: disk.paths.includes(copy) && disk.content(copy).equals(spoilt.content) };
    } catch (error) {
      const refused = String(error);
      const none = { wrong: 0, lost: 0, besides: 0, toldBy: 'start', hasCopy: false } as const;
      return { ...common, ...none, refused, words: `${place}: refused: ${refused}` };
    }
  }

  #compare(name: string, spoilt: Spoilt, check: JournalCheck, place: string): ReadBack {
    const { frames, notes } = this.sound;
    const lost = { samples: missing(frames, check.frames), alarms: missing(notes, check.notes) };
    const touched = this.#extents.touched(name, spoilt);
    const besides = lanes.flatMap((lane) =>
      lost[lane].filter((offset) => lane !== laneOf(name) || !touched.has(offset)),
    ).length;
    const told = toldBy(check, lost);
    const sums = `${lost.samples.length} frames and ${lost.alarms.length} transitions lost, ${besides} of them not hit`;
    return {
      wrong: check.wrong,
      lost: lost.samples.length + lost.alarms.length,
      besides,
      toldBy: told,
      words: `${place}: ${sums}; told by ${told} (${check.reason})`,
    };
  }
}
