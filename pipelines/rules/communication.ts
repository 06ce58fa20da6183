import { z } from 'zod';
import type {
  ConditionDescription,
  Finding,
  Json,
  Rule,
  StampedFrame,
  TagTableSpec,
} from '../../gateway/contract/index.js';
import { describe } from './communication-text.js';
import { assumeActiveAmong, conditionsSnapshot, isActiveAmong, restoreConditions } from './conditions-memory.js';
import { type Presence, presenceOf } from './presence.js';
import type { Sign } from './condition.js';
import { WatchedCondition } from './watched-condition.js';

/** Whether the readings of a device can be judged. */
export interface DevicePhase {
  /** The way to it is lost, or it has not been read since the gateway was away. */
  isOut: boolean;
  /** Its values have settled from this instant on. */
  settledFrom: number;
}

export interface CommunicationSettings {
  readonly link: string;
  readonly tables: readonly TagTableSpec[];
  /** How long a link or device must stay silent before it is told, ms. */
  readonly lostAfterMs: number;
  /** How long values settle after a device is back, ms. */
  readonly settlingMs: number;
  /** Of each device; kept up here, read by whoever asks rules. */
  readonly phases: ReadonlyMap<string, DevicePhase>;
  /** Devices with tags on whose readings lives depend: nothing is waited for. */
  readonly toxicTags: ReadonlyMap<string, readonly string[]>;
}

const memory = z.object({
  isLinkLost: z.boolean(),
  link: z.unknown(),
  devices: z.record(
    z.string(),
    z.object({
      condition: z.unknown(),
      phase: z.object({ isOut: z.boolean(), settledFrom: z.number() }),
      presences: z.record(z.string(), z.enum(['read', 'no-link', 'no-device', 'nothing'])),
    }),
  ),
});

interface WatchedDevice {
  readonly name: string;
  readonly condition: WatchedCondition;
  readonly phase: DevicePhase;
  /** What the last frame of each poll group said. */
  readonly presences: Map<string, Presence>;
  /** The poll group read last, where nothing else was said of it since; spares looking it up with every frame. */
  readGroup: string | undefined;
  readonly groups: ReadonlySet<string>;
}

const nothing: readonly Finding[] = [];

function hear(device: WatchedDevice, group: string, presence: Presence): void {
  if (presence === 'read' && device.readGroup === group) return;
  device.presences.set(group, presence);
  device.readGroup = presence === 'read' ? group : undefined;
}

/** A device that has not been read yet. */
export const newPhase = (): DevicePhase => ({ isOut: true, settledFrom: 0 });

/**
 * The upper part of the tree of causes: one link and its devices. A lost link is one condition, and while it lasts nothing
 * below is judged; a lost device likewise. Values are judged again when they have settled (`phases`). Built in: every link
 * has one, before all other rules.
 */
export class Communication implements Rule {
  readonly conditions: readonly ConditionDescription[];
  readonly #link: WatchedCondition;
  readonly #devices: ReadonlyMap<string, WatchedDevice>;
  readonly #watched: readonly WatchedCondition[];
  readonly #settlingMs: number;
  #isLinkLost = false;

  constructor({ link, tables, lostAfterMs, settlingMs, phases, toxicTags }: CommunicationSettings) {
    const names = [...new Set(tables.map(({ device }) => device))];
    const delays = (isUrgent: boolean) => ({ onDelayMs: isUrgent ? 0 : lostAfterMs, offDelayMs: 0 });
    const blind = (devices: readonly string[]): string[] =>
      devices.flatMap((device) => (toxicTags.get(device) ?? []).map((tag) => `${device}/${tag}`));
    this.#settlingMs = settlingMs;
    this.#link = new WatchedCondition(
      describe('LINK', link, `link/${link}/LINK`, blind(names), names.length),
      delays(blind(names).length > 0),
    );
    this.#devices = new Map(
      names.map((name) => [
        name,
        {
          name,
          condition: new WatchedCondition(
            describe('DEVICE', name, `device/${name}/DEVICE`, blind([name]), 1),
            delays(blind([name]).length > 0),
          ),
          phase: phases.get(name) ?? newPhase(),
          presences: new Map<string, Presence>(),
          readGroup: undefined,
          groups: new Set(tables.filter(({ device }) => device === name).map(({ group }) => group)),
        },
      ]),
    );
    this.#watched = [this.#link, ...[...this.#devices.values()].map(({ condition }) => condition)];
    this.conditions = this.#watched.map(({ description }) => description);
  }

  next(frame: StampedFrame): readonly Finding[] {
    const device = this.#devices.get(frame.table.device);
    if (!device || frame.late === true) return nothing;
    const presence = presenceOf(frame);
    if (presence === 'nothing') return nothing;
    const isRead = presence === 'read';
    const isQuiet = !this.#isLinkLost && this.#link.isCalm && device.condition.isCalm;
    if (presence !== 'no-link') hear(device, frame.table.group, presence);
    if (isRead && !device.phase.isOut && isQuiet) return nothing;
    this.#isLinkLost = presence === 'no-link' || this.#areAllSilent();
    if (this.#isLinkLost) for (const { phase } of this.#devices.values()) phase.isOut = true;
    if (isSilent(device)) device.phase.isOut = true;
    if (isRead && device.phase.isOut) {
      device.phase.isOut = false;
      device.phase.settledFrom = frame.instant + this.#settlingMs;
    }
    return this.#judge(frame);
  }

  /** A bus that was pulled answers for nobody: of several devices not one, so it is the link that is lost. */
  #areAllSilent(): boolean {
    return this.#devices.size > 1 && [...this.#devices.values()].every(isSilent);
  }

  tick(instant: number): readonly Finding[] {
    let told: Finding[] | undefined;
    for (const condition of this.#watched) {
      // Behind a lost link nobody knows whether a device would answer.
      if (condition.isCalm || (this.#isLinkLost && condition !== this.#link)) continue;
      const judged = condition.tick(instant);
      if (judged) (told ??= []).push(judged);
    }
    return told ?? nothing;
  }

  snapshot(): Json {
    const devices = [...this.#devices.values()];
    return {
      isLinkLost: this.#isLinkLost,
      link: conditionsSnapshot([this.#link]),
      devices: Object.fromEntries(
        devices.map(({ name, condition, phase, presences }) => [
          name,
          { condition: conditionsSnapshot([condition]), phase: { ...phase }, presences: Object.fromEntries(presences) },
        ]),
      ),
    };
  }

  restore(state: Json): void {
    const { success, data } = memory.safeParse(state);
    if (!success) return;
    this.#isLinkLost = data.isLinkLost;
    restoreConditions([this.#link], data.link as Json);
    for (const device of this.#devices.values()) {
      const saved = data.devices[device.name];
      if (!saved) continue;
      restoreConditions([device.condition], saved.condition as Json);
      Object.assign(device.phase, saved.phase);
      // A poll group that is gone would stand as answering for ever.
      for (const [group, presence] of Object.entries(saved.presences)) {
        if (device.groups.has(group)) hear(device, group, presence);
      }
    }
  }

  isActive(key: string): boolean {
    return isActiveAmong(this.#watched, key);
  }

  assumeActive(key: string): void {
    assumeActiveAmong(this.#watched, key);
  }

  #judge(frame: StampedFrame): readonly Finding[] {
    const reading = (isReached: boolean) => ({
      sign: (isReached ? 'reached' : 'returned') satisfies Sign as Sign,
      value: Number.NaN,
      quality: frame.quality[0] as number,
      limit: Number.NaN,
    });
    const told: Finding[] = [];
    const ofLink = this.#link.read(reading(this.#isLinkLost), frame.instant);
    if (ofLink) told.push(ofLink);
    for (const { condition, presences, name } of this.#devices.values()) {
      if (this.#isLinkLost) condition.holdBack();
      else if (presences.size > 0 && (name === frame.table.device || ofLink || !condition.isCalm)) {
        const ofDevice = condition.read(reading(isSilent({ presences })), frame.instant);
        if (ofDevice) told.push(ofDevice);
      }
    }
    return told;
  }
}

/** Every poll group of it that was asked got no answer. */
const isSilent = ({ presences }: Pick<WatchedDevice, 'presences'>): boolean =>
  presences.size > 0 && [...presences.values()].every((one) => one === 'no-device');
