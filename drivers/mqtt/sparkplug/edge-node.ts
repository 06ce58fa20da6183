import type { Metric, Payload } from './payload.js';
import type { EdgeTopic } from './topic.js';

/** Sequence numbers run from 0 to 255 (Sparkplug 3.0 §6.4.19). */
const sequenceEnd = 256;
/** The metric that ties a death to its birth. */
const birthDeathSequence = 'bdSeq';

/** A metric of a birth. */
export interface BornMetric {
  readonly name: string;
  readonly datatype: number;
  /** Its birth gives its alias to another metric too: what is said by that alias is nobody's. */
  readonly isAmbiguous: boolean;
}

/** A metric that was said, with what its birth says of it. */
export interface SaidMetric {
  readonly born: BornMetric;
  readonly metric: Metric;
}

/** What a node's messages come to. `device` is undefined for the node itself. */
export interface EdgeNodeEvents {
  /** A birth: everything it has, which may be less than some tags want, as it stands now. */
  born(device: string | undefined, metrics: readonly SaidMetric[], payload: Payload, isSure: boolean): void;
  /** Values; `isSure` is false while a message is known to be missing. */
  said(device: string | undefined, metrics: readonly SaidMetric[], payload: Payload, isSure: boolean): void;
  /** The device is dead; the node, and with it all its devices. */
  died(device: string | undefined): void;
  /** Something was not understood: births are needed. */
  needsBirth(why: 'gap' | 'unborn' | 'alias'): void;
}

interface Birth {
  readonly names: ReadonlyMap<string, BornMetric>;
  readonly aliases: ReadonlyMap<number | bigint, BornMetric>;
}

/**
 * What a host must know of one edge node to understand it: whether it and its devices are born, which alias is which
 * metric, and which sequence number comes next. Pure. Births are kept of the node and of the devices that are asked for.
 */
export class EdgeNode {
  readonly #events: EdgeNodeEvents;
  readonly #wanted: ReadonlySet<string | undefined>;
  readonly #births = new Map<string | undefined, Birth>();
  #bdSeq: number | undefined;
  #next: number | undefined;
  #isBorn = false;
  #isSure = true;

  /** `wanted`: names of the devices whose values somebody wants; undefined for the node itself. */
  constructor(wanted: ReadonlySet<string | undefined>, events: EdgeNodeEvents) {
    this.#wanted = wanted;
    this.#events = events;
  }

  /** True while the node's birth is needed: it is not born, or a message is missing. */
  get isUnsure(): boolean {
    return !this.#isBorn || !this.#isSure;
  }

  isBorn(device: string | undefined): boolean {
    return this.#isBorn && this.#births.has(device);
  }

  hear({ kind, device }: EdgeTopic, payload: Payload): void {
    switch (kind) {
      case 'NBIRTH':
        this.#nodeBirth(payload);
        return;
      case 'NDEATH':
        this.#nodeDeath(payload);
        return;
      case 'DBIRTH':
        if (this.#isInOrder(payload)) this.#birth(device, payload);
        return;
      case 'DDEATH':
        this.#isInOrder(payload);
        this.#births.delete(device);
        if (this.#wanted.has(device)) this.#events.died(device);
        return;
      case 'NDATA':
      case 'DDATA':
        if (this.#isInOrder(payload)) this.#data(device, payload);
    }
  }

  /** A message that cannot be read. Without its birth nobody knows what a node means; of all else the gap tells. */
  missed({ kind, device }: EdgeTopic): void {
    if (kind === 'NBIRTH') {
      this.#births.clear();
      this.#isBorn = false;
      this.#next = undefined;
    } else if (kind === 'DBIRTH') this.#births.delete(device);
  }

  #nodeBirth(payload: Payload): void {
    this.#births.clear();
    this.#isBorn = true;
    this.#isSure = true;
    this.#next = following(payload.seq);
    this.#bdSeq = bdSeqOf(payload);
    this.#birth(undefined, payload);
  }

  /** A death of an earlier connection comes late; it is not that of the node that lives (§6.4.21). */
  #nodeDeath(payload: Payload): void {
    const bdSeq = bdSeqOf(payload);
    if (this.#isBorn && bdSeq !== undefined && this.#bdSeq !== undefined && bdSeq !== this.#bdSeq) return;
    this.#births.clear();
    this.#isBorn = false;
    this.#isSure = true;
    this.#next = undefined;
    this.#events.died(undefined);
  }

  /** True when the node is born. A gap is told, and leaves everything unsure until the next birth. */
  #isInOrder({ seq }: Payload): boolean {
    if (!this.#isBorn) {
      this.#events.needsBirth('unborn');
      return false;
    }
    const isNext = seq !== undefined && seq === this.#next;
    this.#next = following(seq);
    if (isNext) return true;
    this.#isSure = false;
    this.#events.needsBirth('gap');
    return true;
  }

  #birth(device: string | undefined, payload: Payload): void {
    if (!this.#wanted.has(device)) return;
    const shared = sharedAliases(payload);
    const metrics = payload.metrics.flatMap((metric) => {
      const { name, alias, datatype = 0 } = metric;
      if (name === undefined) return [];
      return [{ metric, born: { name, datatype, isAmbiguous: alias !== undefined && shared.has(alias) } }];
    });
    const names = new Map(metrics.map(({ born }) => [born.name, born]));
    const aliases = new Map(
      metrics.flatMap(({ metric: { alias }, born }) => (alias === undefined ? [] : [[alias, born] as const])),
    );
    this.#births.set(device, { names, aliases });
    this.#events.born(device, metrics, payload, this.#isSure);
  }

  #data(device: string | undefined, payload: Payload): void {
    if (!this.#wanted.has(device)) return;
    const birth = this.#births.get(device);
    if (!birth) {
      this.#events.needsBirth('unborn');
      return;
    }
    const said: SaidMetric[] = [];
    let isUnderstood = true;
    for (const metric of payload.metrics) {
      const { name, alias } = metric;
      const born = name === undefined ? birth.aliases.get(alias ?? Number.NaN) : birth.names.get(name);
      if (!born) isUnderstood = false;
      // A birth anew would say the same: nothing is asked for.
      else if (name !== undefined || !born.isAmbiguous) said.push({ born, metric });
    }
    // An alias nobody gave us: a birth was missed, and with it perhaps what the others mean.
    if (!isUnderstood) this.#isSure = false;
    if (said.length > 0) this.#events.said(device, said, payload, this.#isSure);
    if (!isUnderstood) this.#events.needsBirth('alias');
  }
}

const following = (seq: number | undefined): number | undefined =>
  seq === undefined ? undefined : (seq + 1) % sequenceEnd;

/** Aliases that a birth gives to metrics of different names. */
function sharedAliases({ metrics }: Payload): ReadonlySet<number | bigint> {
  const owners = new Map<number | bigint, string>();
  const shared = new Set<number | bigint>();
  for (const { name, alias } of metrics) {
    if (name === undefined || alias === undefined) continue;
    if ((owners.get(alias) ?? name) !== name) shared.add(alias);
    owners.set(alias, name);
  }
  return shared;
}

function bdSeqOf({ metrics }: Payload): number | undefined {
  const value = metrics.find(({ name }) => name === birthDeathSequence)?.value;
  return value?.kind === 'long' || value?.kind === 'int' ? value.value : undefined;
}
