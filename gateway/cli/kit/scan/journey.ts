import { fitProfiles, type ProfileSketch, type ScanTold } from '../../../../drivers/modbus/index.js';
import type { DirectAddress } from '../../../../drivers/streams/index.js';
import type { Cli } from '../../cli.js';
import { percent } from '../../numbers.js';
import { Progress } from '../../progress.js';
import { type KitMessages, kitMessages } from '../kit-messages.js';
import type { FoundDevice, ScanState } from './scan-file.js';
import { foundText, settingText } from './scan-text.js';

export interface JourneyOptions {
  readonly address: DirectAddress;
  readonly profiles: readonly ProfileSketch[];
  readonly isJson: boolean;
  /** Steps in all. */
  readonly of: number;
  /** What an earlier scan came to. */
  readonly earlier: ScanState | undefined;
}

/** Answers of so many units in a row, all alike, are those of one device. */
const alikeMax = 8;
/** Profiles named to the technician: of many that fit, the rest fits by chance. */
const fitsMax = 3;

/** How far a scan has come and what it has found, told as it goes. */
export class Journey {
  readonly #cli: Cli;
  readonly #options: JourneyOptions;
  #progress: Progress | undefined;
  readonly #alike = new AbortController();
  readonly #from: number;
  readonly #found: FoundDevice[];
  #done: number;

  constructor(cli: Cli, options: JourneyOptions) {
    const { done = 0, found = [] } = options.earlier ?? {};
    this.#cli = cli;
    this.#options = options;
    this.#from = done;
    this.#done = done;
    this.#found = [...found];
  }

  /** The first question is asked now. */
  begin(): void {
    this.#progress = new Progress(this.#cli, this.#m.what());
  }

  get state(): ScanState {
    return { done: this.#done, found: this.#found };
  }

  get share(): string {
    return percent(this.#done / Math.max(1, this.#options.of));
  }

  /** Aborts when it is plain that one device answers to every unit id. */
  get alike(): AbortSignal {
    return this.#alike.signal;
  }

  /** What the scan tells. */
  get told(): ScanTold {
    const { address, profiles, isJson, of } = this.#options;
    return {
      found: async (one, read) => {
        const fits = await fitProfiles(profiles, read);
        const device = { ...one, profiles: fits.slice(0, fitsMax).map(({ name }) => name) };
        this.#found.push(device);
        this.#progress?.end();
        if (!isJson) this.#cli.say(foundText(this.#cli, device, address));
        if (this.#found.length >= alikeMax && areAlike(this.#found)) this.#alike.abort();
      },
      garbled: ({ unit, setting, bytes }) => {
        this.#progress?.end();
        this.#cli.tell(this.#m.garbled({ unit, setting: settingText(this.#cli, setting, address), bytes }));
      },
      progressed: (done) => {
        this.#done = done;
        this.#progress?.update((done - this.#from) / (of - this.#from));
      },
    };
  }

  /** Takes the progress line away. */
  end(): void {
    this.#progress?.end();
  }

  get #m(): KitMessages['scan'] {
    return kitMessages(this.#cli.language).scan;
  }
}

/** Over TCP, unit ids in a row with the same first registers, some of which hold something. */
function areAlike(found: readonly FoundDevice[]): boolean {
  const [first] = found as [FoundDevice];
  const isTelling = Object.values(first.registers).some((words) => words.some((word) => word !== 0));
  return (
    isTelling &&
    found.every(
      ({ unit, setting, registers }, n) =>
        setting.framing === 'tcp' &&
        unit === first.unit + n &&
        JSON.stringify(registers) === JSON.stringify(first.registers),
    )
  );
}
