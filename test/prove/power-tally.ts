import type { DiskState, DiskStates } from './disk-states.js';
import type { GatewayRun } from './power-gateway.js';
import { isGapTold } from './power-store.js';
import { type Finding, finding } from './proof.js';

/** Counts what the whole gateway made of the disk states it was started on. */
export class GatewayTally {
  readonly #say: (line: string) => void;
  readonly #reasons = new Map<string, number>();
  #ready = 0;
  #goesOn = 0;
  #committed = 0;
  #missing = 0;
  #wrong = 0;
  #beyond = 0;
  #epochs = 0;
  #untold = 0;
  #unbalanced = 0;
  #unclean = 0;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** `told`: what the recorded process had said is committed when power went. */
  add(n: number, told: DiskStates['told'], state: DiskState, run: GatewayRun): void {
    const { frames, notes, wrong, gaps, epochs } = run.old;
    // The epoch's own entry is the first of the alarms lane.
    const committedNotes = Math.max(0, told.alarms - 1);
    const lost =
      Array.from({ length: told.samples }, (_, offset) => offset).filter((offset) => !frames.has(offset)).length +
      Array.from({ length: committedNotes }, (_, note) => note).filter((note) => !notes.has(note)).length;
    const isEpochNew = told.alarms > 0 && (epochs.length !== 1 || epochs[0] !== 'created');
    const isTold = isGapTold(
      run.old,
      [...state.values()].every((content) => content.length === 0),
    );
    const isClean = run.exitCode === 0;
    this.#ready += run.isReady ? 1 : 0;
    this.#goesOn += run.goesOn ? 1 : 0;
    this.#committed += told.samples + committedNotes;
    this.#missing += lost;
    this.#wrong += wrong;
    this.#beyond += [...frames].filter((offset) => offset >= told.samples).length;
    this.#epochs += isEpochNew ? 1 : 0;
    this.#untold += isTold ? 0 : 1;
    this.#unbalanced += run.unbalanced;
    this.#unclean += isClean ? 0 : 1;
    const reason = gaps[0]?.reason ?? 'none';
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    if (run.isReady && run.goesOn && lost + wrong + run.unbalanced === 0 && !isEpochNew && isTold && isClean) return;
    const figures = { told, frames: frames.size, notes: notes.size, wrong, gaps, epochs, unbalanced: run.unbalanced };
    const sizes = [...state].map(([name, content]) => `${name} ${content.length}`).join(', ');
    this.#say(`  gateway on state ${n} (${sizes}): ${JSON.stringify(figures)}, exit ${run.exitCode}`);
    if (!run.isReady || !isClean) this.#say(run.said.slice(-2000));
  }

  findings(wanted: number): readonly Finding[] {
    const reasons = [...this.#reasons].map(([reason, count]) => `${reason} ${count}`).join(', ');
    const none = (what: string, figure: number): Finding => finding(`gateway: ${what}`, figure, '0', figure === 0);
    return [
      finding('gateway: states started on and ready', this.#ready, `${wanted}`, this.#ready === wanted),
      finding('gateway: read on and delivered it', this.#goesOn, `${wanted}`, this.#goesOn === wanted),
      finding('gateway: committed records looked for in InfluxDB', this.#committed, 'many', this.#committed > 1000),
      none('committed records missing in InfluxDB', this.#missing),
      none('wrong records in InfluxDB', this.#wrong),
      finding('gateway: frames delivered beyond what was committed', this.#beyond, 'any', true),
      none('needless new epochs', this.#epochs),
      finding('gateway: gap records that do not say what was found', this.#untold, '0', this.#untold === 0),
      finding('gateway: what the gap records say', reasons, 'any', true),
      none('ledger accounts that do not balance', this.#unbalanced),
      none('stops that were not clean', this.#unclean),
    ];
  }
}
