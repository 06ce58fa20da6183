import type { z } from 'zod';
import type { Clock } from './clock.js';
import type { SecretReference } from './fields.js';
import type { FrameBuilder } from './frame-builder.js';
import type { Reading, TagTable, TagType } from './frame.js';
import type { Json } from './json.js';
import type { Log } from './log.js';
import type { Problem } from './problem.js';
import type { Text } from './text.js';

/** One device, one poll group: what one `read` fills. */
export interface ReadRequest {
  readonly device: string;
  readonly group: string;
}

/**
 * A driver that is asked. One a link; the host owns the queue of the bus and never calls it concurrently.
 * A driver has no poll timer, no retry loop and no back-off of its own.
 */
export interface PolledDriver {
  /**
   * Called with back-off until it resolves; called again after a loss. `signal` ends the attempt, not the connection.
   * Rejects with any error; the host logs the transition once.
   */
  connect(signal: AbortSignal): Promise<void>;
  /**
   * Fills one reading. Throws `DeviceFault` when this unit gave nothing usable, `NotConnected` when the link is gone.
   * A slot left alone stays `absent`. `signal` ends the read; whatever it throws then is ignored.
   */
  read(request: ReadRequest, into: FrameBuilder, signal: AbortSignal): Promise<void>;
  /** Called once, also after a failed connect. Resolves when no socket, port or timer is left behind. */
  close(): Promise<void>;
}

/** Something that happened at a device, with its own time: a weighing, a server's alarm, a laboratory result. */
export interface Happening {
  readonly device: string;
  /** Which sort, in the words of the site or the protocol: `weighing`. */
  readonly name: string;
  /** ms UTC by the device; undefined where it tells none. */
  readonly at: number | undefined;
  /** What tells it from every other of this device and sort: told again under it, it is kept once. Empty: always kept. */
  readonly id: string;
  readonly fields: Readonly<Record<string, Json>>;
}

/** Whom a subscribed driver tells: the host, which takes everything at once and never throws. */
export interface Told {
  /**
   * What came of one table, in the order it came; a slot left `absent` means that nothing was said of it. A device that
   * has fallen silent is told once, as a reading that is bad throughout.
   */
  reading(reading: Reading): void;
  happened(happening: Happening): void;
  /**
   * Resolves when all that was told so far survives a power cut. It hastens nothing: that is with the journal's next
   * commit, `commitEvery` from now at most. Called by a driver whose other side deletes, or stops sending, what it has
   * an answer to: in the same turn as what it tells, and the answer leaves when this has resolved. Heartbeats, logins
   * and link tests acknowledge nothing that is stored, and wait for nothing. Nothing told: resolves as soon as what
   * stands in the journal is safe, so that a repetition waits for what it repeats.
   *
   * Rejects, in words, when something told since the last call of the same turn could not be stored (a disk that is full
   * or refuses, and the memory before it full too), and when the subscription ends before it is safe. A turn ends with the
   * first `await`: what was refused before it is another message's, and is not spoken of again. Then the answer never
   * leaves, and the driver forgets that it was told, so that what is sent again is told again: rather twice than not at
   * all. What can never be stored, since it is longer than a record of the journal (8 MiB), does not reject: it is counted
   * as unstored and logged once a device, and answered, for sent again it would fare no better and keep from the wire what
   * comes behind it.
   *
   * While a disk refuses and memory has room it neither resolves nor rejects, for hours perhaps: whoever waits keeps what
   * waits bounded, and says what happens at the bound. May be called at any rate and more than once at a time. At a stop
   * the host takes nothing new, commits at once, and leaves 2 s for it before it closes the driver: what comes in them is
   * refused, and what was told before is answered.
   */
  kept(): Promise<void>;
  /** The connection of the whole link is gone; nothing is told after it until `subscribe` is called again. */
  lost(error: Error): void;
}

/**
 * A driver that is told by the other side. One a link. It has no retry loop and no back-off of its own; it does know how
 * long each of its devices may be silent. After `lost` the host calls `connect` and `subscribe` again, with back-off.
 */
export interface SubscribedDriver {
  /** As of a polled driver. A driver that is dialled resolves as soon as it can be: who has not dialled yet is no fault. */
  connect(signal: AbortSignal): Promise<void>;
  /**
   * Called once after each `connect`. Resolves when the subscription stands; from then on, and not before, `told` is
   * called. Rejects with any error, as `connect` does. `signal` ends the attempt, not the subscription.
   */
  subscribe(tables: LinkTables, told: Told, signal: AbortSignal): Promise<void>;
  /** Called once, also after a failed connect. Nothing is told after it is called; no socket, port or timer is left behind. */
  close(): Promise<void>;
}

export type Driver = PolledDriver | SubscribedDriver;

export const isSubscribed = (driver: Driver): driver is SubscribedDriver => 'subscribe' in driver;

/** Optional power: "test the connection", in words for a technician. */
export interface Probeable {
  probe(signal: AbortSignal): Promise<Text>;
}

/** Optional power: counters of the wire, by name, for metrics and the status page; cheap, called each few seconds. */
export interface Counting {
  counters(): Readonly<Record<string, number>>;
}

/** Who acknowledged an alarm of the gateway, and what they said with it; empty when nothing. */
export interface AcknowledgedBy {
  readonly who: string;
  readonly comment: string;
}

/** What a person acknowledged, at the device: its own alarms as they were known at that moment, and no later ones. */
export interface Acknowledged {
  /** The alarms that waited there for an acknowledgement, by the names they have at the device; perhaps none. */
  readonly of: readonly string[];
  /**
   * Called once at most, one at a time a link, also while the link is lost, and beside whatever else the driver does.
   * `taken`: the device took it. `already`: nothing was left there to acknowledge. Settles within the driver's own
   * time-outs. Rejects with a sentence that says what the device said and what a person can do: it is told, nothing is
   * undone, and nothing is tried again. `signal` ends it.
   */
  send(by: AcknowledgedBy, signal: AbortSignal): Promise<'taken' | 'already'>;
}

/**
 * Optional power: a person's acknowledgement of an alarm goes on to the device whose own alarm the tag is. A marked door
 * to the device, so shut unless the site file opens it.
 */
export interface Acknowledging {
  /**
   * Called at the moment of the person's act, after the gateway's own alarm has taken it; sends nothing and never throws.
   * Undefined where nothing is to be sent: the tag is no alarm of the device itself, or the link does not pass
   * acknowledgements on.
   */
  acknowledge(device: string, tag: string): Acknowledged | undefined;
}

export const isAcknowledging = (driver: Driver): driver is Driver & Acknowledging => 'acknowledge' in driver;

/** What a driver found out about a device and should know after a restart. Kept by the host in the journal. */
export interface Learned {
  get(device: string): Json | undefined;
  set(device: string, facts: Json): void;
}

export interface DriverContext {
  /** The secret behind a reference. Throws a sentence naming the missing variable or file, never a secret. */
  readonly secret: (reference: SecretReference) => string;
  readonly log: Log;
  readonly clock: Clock;
  readonly learned: Learned;
}

/** A tag as one driver sees it: its common half and the driver's own address, already parsed by `DriverDefinition.tag`. */
export interface DriverTag<Address> {
  readonly name: string;
  readonly type: TagType;
  readonly statutory: boolean;
  readonly address: Address;
}

export interface DriverGroup<Address> {
  readonly name: string;
  /** ms between polls. */
  readonly everyMs: number;
  /** Slots in order: tag n of the table is tag n here. */
  readonly tags: readonly DriverTag<Address>[];
}

export interface DriverDevice<Device, Address> {
  readonly name: string;
  readonly profile: string;
  readonly settings: Device;
  readonly groups: readonly DriverGroup<Address>[];
}

/** Everything configured on one link, as parsed by the driver's own schemas. */
export interface DriverLink<Link, Device, Address> {
  readonly name: string;
  readonly settings: Link;
  readonly devices: readonly DriverDevice<Device, Address>[];
}

/** One request a poll group makes each round, for `sluice plan`. */
export interface PlannedRequest {
  readonly device: string;
  readonly group: string;
  /** In the protocol's words, for example `unit 1 · holding 0–9`. */
  readonly text: string;
  /** Registers, items or bytes fetched, and how many of them some tag needs. */
  readonly fetched: number;
  readonly needed: number;
  /** ms the wire is taken: request, turnaround and answer. */
  readonly busMs: number;
}

export interface LinkPlan {
  readonly requests: readonly PlannedRequest[];
  /** Share of the bus taken, 0…1 and above when it does not fit. */
  readonly busLoad: number;
  readonly requestsPerSecond: number;
  readonly problems: readonly Problem[];
}

/**
 * One protocol family. `link`, `device` and `tag` are the driver's own halves of the site file and the profile; the
 * common half of each belongs to config. All three are strict objects, so a typing mistake is an error.
 */
export interface DriverDefinition<Link, Device, Address> {
  readonly summary: Text;
  readonly link: z.ZodType<Link>;
  readonly device: z.ZodType<Device>;
  readonly tag: z.ZodType<Address>;
  /** The type a tag of this address has in frames. */
  tagType(address: Address): TagType;
  /** Pure; never throws; what cannot be done is a problem with the path inside the link. */
  plan(link: DriverLink<Link, Device, Address>): LinkPlan;
  /** May import the protocol library. Opens nothing: `connect` does. */
  create(link: DriverLink<Link, Device, Address>, context: DriverContext): Promise<Driver>;
}

/** The tables of a link by device and group, as the host registered them. */
export type LinkTables = ReadonlyMap<string, ReadonlyMap<string, TagTable>>;
