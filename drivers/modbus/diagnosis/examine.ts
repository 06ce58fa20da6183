import { type Clock, NotConnected } from '../../../gateway/contract/index.js';
import { type DirectAddress, formatStreamAddress, type SerialSettings } from '../../streams/index.js';
import { type OpenLine, RawLine } from '../raw/raw-line.js';
import { encodeRead, isOfGateway, type LinkFraming, type RawRead } from '../raw/raw-read.js';
import { likelySettings, scanBauds, scanParities, type ScanSetting } from '../scan/scan-plan.js';
import type { Observations, Unasked, UnitObservations, Verdict } from './observations.js';
import { openingFaultOf, type PortHolders } from './opening-fault.js';
import { isExplained, isMaster, unaskedOf } from './unasked.js';
import { verdictOf } from './verdict.js';
import { answerOverhead } from '../rtu-framing.js';
import { answerDataBytes } from '../register-bus.js';
import { characterMs } from '../wire-time.js';

/** A link as the site file has it, or as it was given by hand. */
export interface Subject {
  readonly address: DirectAddress;
  readonly framing: LinkFraming;
  readonly serial: SerialSettings;
  readonly timeoutMs: number;
  readonly expectsEcho: boolean;
  /** What to ask of each unit. */
  readonly units: readonly { readonly name: string; readonly read: RawRead }[];
}

export type Phase = 'listening' | 'asking' | 'other-units' | 'other-settings';

export interface ExamineOptions {
  readonly clock: Clock;
  readonly open?: OpenLine;
  readonly holdersOf: PortHolders;
  /** Listening before anything is said. */
  readonly listenMs: number;
  /** Questions to a unit that answers. */
  readonly asks: number;
  /** Ask although another master does. */
  readonly talksAnyway: boolean;
  /** What begins now; `about` names the unit. */
  readonly began?: (phase: Phase, about: string) => void;
}

/** Questions to a unit that stays silent. */
const silentAsks = 3;
/** An answer that has not come by then will not come: beyond any time-out one would set. */
const latestMs = 3000;
/** Units whose silence is looked into; more silent ones have the same cause. */
const soughtMax = 2;
/** Where other units are looked for. */
const strangersMax = 16;
const searchMs = 250;
const greetingMs = 300;
/** Settings under which another master is looked for. */
const mastersSought = 6;
const gapMs = 20;
/** Silence that ends an answer: the second of two units with one address may begin that much later. */
const quietMs = 60;

/** Looks at a link: listens, asks each unit, and where one is silent asks in other ways. Never throws but on `signal`. */
export async function examine(subject: Subject, options: ExamineOptions, signal: AbortSignal): Promise<Observations> {
  return new Examination(subject, options, signal).run();
}

class Examination {
  readonly #subject: Subject;
  readonly #options: ExamineOptions;
  readonly #signal: AbortSignal;
  readonly #setting: ScanSetting;
  #losses = 0;
  #transaction = 0;

  constructor(subject: Subject, options: ExamineOptions, signal: AbortSignal) {
    this.#subject = subject;
    this.#options = options;
    this.#signal = signal;
    this.#setting = { framing: subject.framing, serial: subject.serial };
  }

  async run(): Promise<Observations> {
    const { address, framing, serial, timeoutMs, expectsEcho } = this.#subject;
    const seen: Observations = {
      address: formatStreamAddress(address),
      isSerial: address.kind === 'serial',
      framing,
      serial,
      timeoutMs,
      expectsEcho,
      opening: undefined,
      unasked: undefined,
      units: [],
      otherUnits: [],
      losses: 0,
    };
    try {
      const unasked = await this.#listen();
      if (isMaster(unasked) && !this.#options.talksAnyway) return { ...seen, unasked };
      const units = await this.#askAll();
      const otherUnits = await this.#strangers(units);
      const sought = await this.#seek(units);
      return { ...seen, unasked, units: sought, otherUnits, losses: this.#losses };
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!(error instanceof NotConnected)) throw error;
      if (this.#losses > 0) return { ...seen, losses: this.#losses };
      return { ...seen, opening: await openingFaultOf(address, error, this.#options.holdersOf) };
    }
  }

  /** Listens as the line is set; where something comes that is not understood, as it may be set otherwise. */
  async #listen(): Promise<Unasked> {
    // A server of Modbus TCP never speaks first; whatever else does, does so at once.
    const listenMs = this.#subject.framing === 'tcp' ? greetingMs : this.#options.listenMs;
    this.#options.began?.('listening', formatStreamAddress(this.#subject.address));
    const unasked = await this.#with(this.#setting, async (line) =>
      unaskedOf(await line.listen(listenMs, this.#signal), this.#setting, listenMs),
    );
    if (isExplained(unasked) || !this.#isSerial) return unasked;
    for (const serial of this.#otherSettings().slice(0, mastersSought)) {
      const setting = { framing: this.#subject.framing, serial };
      const heard = await this.#with(setting, async (line) =>
        unaskedOf(await line.listen(listenMs / 2, this.#signal), setting, listenMs / 2),
      );
      if (isMaster(heard)) return heard;
    }
    return unasked;
  }

  async #askAll(): Promise<UnitObservations[]> {
    const { units } = this.#subject;
    const seen: UnitObservations[] = [];
    for (const { name, read } of units) {
      this.#options.began?.('asking', name);
      seen.push({ name, read, verdicts: await this.#askOften(read), answersUnder: undefined });
    }
    return seen;
  }

  async #askOften(read: RawRead): Promise<Verdict[]> {
    const verdicts: Verdict[] = [];
    let line = await this.#open(this.#setting);
    try {
      for (let n = 0; n < this.#asksFor(verdicts); n += 1) {
        const mayBeLate = n === 0 || verdicts.some(({ kind }) => kind === 'late');
        const verdict = await this.#ask(line, this.#setting, read, mayBeLate ? latestMs : this.#subject.timeoutMs);
        verdicts.push(verdict);
        if (verdict.kind !== 'lost') continue;
        this.#losses += 1;
        await line.close();
        line = await this.#open(this.#setting);
      }
    } finally {
      await line.close();
    }
    return verdicts;
  }

  #asksFor(verdicts: readonly Verdict[]): number {
    return verdicts.every(({ kind }) => kind === 'silent' || kind === 'lost') ? silentAsks : this.#options.asks;
  }

  /** Units that nobody configured, looked for where one that is configured stays silent. */
  async #strangers(units: readonly UnitObservations[]): Promise<number[]> {
    const first = units.find(isSilent);
    if (!first) return [];
    this.#options.began?.('other-units', first.name);
    const known = new Set(units.map(({ read }) => read.unit));
    const others = Array.from({ length: strangersMax }, (_, n) => n + 1).concat(this.#isSerial ? [247] : [0, 255]);
    const found: number[] = [];
    for (const unit of others) {
      if (known.has(unit)) continue;
      if (await this.#answersUnder(this.#setting, { ...first.read, unit })) found.push(unit);
    }
    return found;
  }

  /** Asks units that were not understood with the line set otherwise. */
  async #seek(units: readonly UnitObservations[]): Promise<UnitObservations[]> {
    const found = new Map<UnitObservations, ScanSetting>();
    for (const unit of units.filter(isNotUnderstood).slice(0, soughtMax)) {
      this.#options.began?.('other-settings', unit.name);
      for (const setting of this.#alternatives()) {
        if (!(await this.#answersUnder(setting, unit.read))) continue;
        found.set(unit, setting);
        break;
      }
    }
    return units.map((unit) => ({ ...unit, answersUnder: found.get(unit) }));
  }

  #alternatives(): ScanSetting[] {
    const { framing, serial } = this.#subject;
    if (!this.#isSerial) return [{ framing: framing === 'tcp' ? 'rtu' : 'tcp', serial }];
    return this.#otherSettings().map((other) => ({ framing, serial: other }));
  }

  #otherSettings(): SerialSettings[] {
    const { baud, parity, stopBits } = this.#subject.serial;
    return likelySettings({ bauds: scanBauds, parities: scanParities }).filter(
      (other) => other.baud !== baud || other.parity !== parity || other.stopBits !== stopBits,
    );
  }

  async #answersUnder(setting: ScanSetting, read: RawRead): Promise<boolean> {
    const waitMs = this.#isSerial ? searchMs : this.#subject.timeoutMs;
    try {
      return isUnderstood(await this.#with(setting, (line) => this.#ask(line, setting, read, waitMs)));
    } catch (error) {
      if (error instanceof NotConnected) return false;
      throw error;
    }
  }

  async #ask(line: RawLine, { framing, serial }: ScanSetting, read: RawRead, waitMs: number): Promise<Verdict> {
    this.#signal.throwIfAborted();
    this.#transaction = (this.#transaction + 1) & 0xffff;
    const request = encodeRead(framing, read, this.#transaction);
    const wireMs = this.#isSerial
      ? (answerOverhead + answerDataBytes(read.functionCode, read.count)) * characterMs(serial)
      : 0;
    const timeoutMs = this.#subject.timeoutMs + wireMs;
    await line.listen(gapMs, this.#signal);
    const overheard = await line.askToTheEnd(request, waitMs + wireMs, quietMs + wireMs / 2, this.#signal);
    return verdictOf({ framing, format: serial, read, request, overheard, timeoutMs });
  }

  async #with<Result>(setting: ScanSetting, use: (line: RawLine) => Promise<Result>): Promise<Result> {
    const line = await this.#open(setting);
    try {
      return await use(line);
    } finally {
      await line.close();
    }
  }

  #open({ serial }: ScanSetting): Promise<RawLine> {
    const { clock, open } = this.#options;
    return RawLine.open({ address: this.#subject.address, serial, clock, ...(open && { open }) }, this.#signal);
  }

  get #isSerial(): boolean {
    return this.#subject.address.kind === 'serial';
  }
}

const isUnderstood = (verdict: Verdict): boolean =>
  verdict.kind === 'answer' || verdict.kind === 'late' || (verdict.kind === 'exception' && !isOfGateway(verdict.code));

const isSilent = ({ verdicts }: UnitObservations): boolean =>
  verdicts.every(({ kind }) => kind === 'silent' || kind === 'lost');

/** What explains itself: no other setting helps where wires are swapped, two answer, or a gateway does. */
const clear = new Set<Verdict['kind']>(['zeros', 'inverted', 'two-answers', 'exception']);

const isNotUnderstood = ({ verdicts }: UnitObservations): boolean =>
  !verdicts.some((verdict) => isUnderstood(verdict) || clear.has(verdict.kind));
