import {
  type Counting,
  type DriverContext,
  FrameBuilder,
  type LinkTables,
  type Probeable,
  Quality,
  type SubscribedDriver,
  type Text,
  type Told,
} from '../../gateway/contract/index.js';
import { SilenceWatch } from '../streams/index.js';
import { compileLayout } from './compile-layout.js';
import { FileTroubles } from './file-troubles.js';
import { checkFolders, folderTrouble } from './folder-access.js';
import { hintOfChanges } from './folder-hint.js';
import { PointSilence } from './point-silence.js';
import { type FilesLink, PointSlots } from './point-slots.js';
import { probeFolder } from './probe-folder.js';
import type { FileLayout } from './table-layout.js';
import { Taking } from './taking.js';
import { FileTeller } from './told-file.js';
import { WatchedFolder, type WholeFile } from './watched-folder.js';

/** After a hint others often follow: they are looked at together. */
const gatherMs = 200;
/** Silent points named in the log. */
const pointsNamed = 8;

/** Text files that a monitoring system writes into a folder, each told once. */
export class FilesDriver implements SubscribedDriver, Counting, Probeable {
  readonly #link: FilesLink;
  readonly #context: DriverContext;
  readonly #layout: FileLayout;
  readonly #troubles: FileTroubles;
  readonly #slots: PointSlots;
  readonly #taking: Taking;
  #closing = new AbortController();
  #wake = new AbortController();
  #watching: Promise<void> | undefined;
  #silence: SilenceWatch | undefined;
  #points: PointSilence | undefined;
  readonly #counters = {
    looks: 0,
    files: 0,
    records: 0,
    damaged: 0,
    unended: 0,
    refused: 0,
    passedOver: 0,
    late: 0,
    repeated: 0,
    unknownPoints: 0,
  };

  constructor(link: FilesLink, context: DriverContext) {
    this.#link = link;
    this.#context = context;
    this.#layout = compileLayout(link.settings);
    this.#troubles = new FileTroubles(context.log);
    this.#slots = new PointSlots(link);
    const { name, settings } = link;
    this.#taking = new Taking({ link: name, settings, slots: this.#slots, ...context });
  }

  /** Rejects with `NotConnected` when the folder is not there or may not be used as the link says. */
  async connect(signal: AbortSignal): Promise<void> {
    await this.close();
    await checkFolders(this.#link.settings);
    signal.throwIfAborted();
  }

  subscribe(tables: LinkTables, told: Told): Promise<void> {
    const { clock } = this.#context;
    const { settings } = this.#link;
    this.#closing = new AbortController();
    const folder = new WatchedFolder({ settings, layout: this.#layout, taken: this.#taking.files, clock });
    this.#points = new PointSilence(this.#slots.all(), this.#layout);
    const silence = new SilenceWatch({
      limits: new Map(this.#slots.devices.map(({ name, silenceMs }) => [name, silenceMs])),
      clock,
      silent: (device, silentMs) => this.#fallSilent(device, silentMs, tables, told),
    });
    this.#silence = silence;
    silence.start();
    const teller = new FileTeller(this.#slots, tables, this.#layout);
    const look = async (closing: AbortSignal): Promise<boolean> => {
      const hasMore = await this.#look(folder, (file) => this.#take(file, teller, silence, told), closing);
      if (!hasMore && !closing.aborted) this.#tellSilentPoints(tables, told);
      return hasMore;
    };
    this.#watching = this.#watch(folder, look, told, this.#closing.signal);
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake.abort();
    await this.#watching;
    await this.#silence?.stop();
    this.#watching = undefined;
    this.#silence = undefined;
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  /** What lies in the folder and what its newest file says, without taking anything. */
  async probe(): Promise<Text> {
    await checkFolders(this.#link.settings);
    return probeFolder(this.#link, this.#layout);
  }

  async #watch(
    folder: WatchedFolder,
    look: (closing: AbortSignal) => Promise<boolean>,
    told: Told,
    closing: AbortSignal,
  ): Promise<void> {
    const { folder: path, every: everyMs } = this.#link.settings;
    const endHints = hintOfChanges(path, () => this.#wake.abort());
    try {
      while (!closing.aborted) {
        this.#wake = new AbortController();
        const hasMore = await look(closing);
        if (closing.aborted) break;
        await this.#taking.settle(folder.seen);
        if (!hasMore) await this.#pause(everyMs, closing);
      }
      await this.#taking.settle(folder.seen, true);
    } catch (error) {
      if (closing.aborted) return;
      await this.#silence?.stop();
      // What the file system refuses has a code; anything else is a fault of our own.
      told.lost('code' in (error as Error) ? folderTrouble(path, 'read', error) : (error as Error));
    } finally {
      endHints();
    }
  }

  async #look(folder: WatchedFolder, take: (file: WholeFile) => void, closing: AbortSignal): Promise<boolean> {
    const { files, refused, odd, hasMore } = await folder.look();
    this.#counters.looks += 1;
    if (closing.aborted) return false;
    for (const file of refused) {
      this.#counters.refused += 1;
      this.#troubles.refused(file, this.#link.settings.fileBytesMax);
    }
    this.#counters.passedOver += odd.length;
    this.#troubles.passedOver(odd);
    for (const file of files) take(file);
    return hasMore;
  }

  async #pause(everyMs: number, closing: AbortSignal): Promise<void> {
    const { clock } = this.#context;
    const startedMs = clock.monotonic();
    await clock.wait(everyMs, this.#wake.signal);
    const wasHinted = clock.monotonic() - startedMs < everyMs;
    if (wasHinted && !closing.aborted) await clock.wait(Math.min(gatherMs, everyMs), closing);
  }

  #take(file: WholeFile, teller: FileTeller, silence: SilenceWatch, told: Told): void {
    const { clock } = this.#context;
    const nowMs = clock.utc();
    const { records, damages: own, otherTables } = file.text;
    const tidings = teller.tell(file.text, { ...file, ageMs: nowMs - file.mtimeMs, nowMs });
    const damages = [...own, ...(file.isUnended ? [noEndMark(records.at(-1)?.line ?? 1)] : []), ...tidings.damages];
    for (const reading of tidings.readings) told.reading(reading);
    for (const happening of tidings.happenings) told.happened(happening);
    for (const device of tidings.heard) silence.heard(device);
    this.#points?.heard(tidings.spoken, clock.monotonic());
    const kind = records[0]?.table.name ?? otherTables[0] ?? '';
    this.#troubles.damage(kind, file.name, damages);
    if (file.text.isOtherEncoding) this.#troubles.otherEncoding(file.name, this.#layout.encoding);
    this.#troubles.unknownStates(file.name, tidings.unknownStates);
    this.#taking.note({ name: file.name, seen: file.seen, said: file.said, isDamaged: damages.length > 0 });
    const counters = this.#counters;
    counters.files += 1;
    counters.records += records.length;
    counters.damaged += damages.length;
    counters.unended += file.isUnended ? 1 : 0;
    counters.late += tidings.counts.late;
    counters.repeated += tidings.counts.repeated;
    counters.unknownPoints += tidings.counts.unknownPoints;
  }

  /** A point that goes is seen though others of its device speak. */
  #tellSilentPoints(tables: LinkTables, told: Told): void {
    const { clock, log } = this.#context;
    const { slots, readings } = this.#points?.look(clock.monotonic(), tables) ?? { slots: [], readings: [] };
    for (const reading of readings) told.reading(reading);
    if (slots.length === 0) return;
    const points = slots.slice(0, pointsNamed).map(({ device, address }) => `${device.name} ${address.point}`);
    log.warn({ points, count: slots.length }, 'points are no longer written while others of their device are');
  }

  /** All values of the device are bad; what comes next is believed whatever its time. */
  #fallSilent(device: string, silentMs: number, tables: LinkTables, told: Told): void {
    const { folder } = this.#link.settings;
    this.#context.log.warn({ device, folder, silentMs }, 'no new record of a device; check the program that writes');
    for (const slot of this.#slots.all()) {
      if (slot.device.name === device && slot.told) slot.told = { ...slot.told, isStale: true };
    }
    this.#points?.deviceSilent(device);
    for (const table of tables.get(device)?.values() ?? []) {
      const reading = new FrameBuilder(table);
      reading.allBad(Quality['bad-no-answer']);
      told.reading(reading.build());
    }
  }
}

const noEndMark = (line: number) => ({
  line,
  what: {
    en: 'the file has no end mark and is no longer written: records may be missing',
    zh: '文件没有结束标记且不再写入，可能缺少记录',
  },
});
