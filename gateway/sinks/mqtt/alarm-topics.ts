import { type AlarmEntry, type Identity, isAtRest, type StandingEntry } from '../../contract/index.js';
import { alarmTopic, type Message, milliseconds } from './messages.js';

interface Published {
  readonly offset: number;
  /** What stands retained; undefined when the alarm is at rest. */
  readonly standing: Message | undefined;
}

/**
 * Present state of each alarm as one retained topic: who subscribes later sees exactly the alarms that stand, who is
 * connected sees each change. An alarm that comes to rest is told once more, not retained, and then its topic is
 * cleared by an empty retained message, so nobody in between misses that it is over.
 *
 * History (a backlog, or a batch repeated after a newer one) is told, marked and not retained: it never takes the place
 * of a newer state. For that the newest offset of each alarm told of is kept, as long as the sink lives: a number and at
 * most one message for each alarm of the site.
 *
 * A broker that lost what it had retained gets it again when the sink connects to it; after a restart of the gateway
 * from what the journal says stands.
 */
export class AlarmTopics {
  readonly #prefix: string;
  readonly #newest = new Map<string, Published>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** What the journal says stands, when the sink is made: older entries that come after take nothing back. */
  know(identity: Identity, { offset, entry }: StandingEntry): void {
    const topic = alarmTopic(this.#prefix, identity, entry.key);
    const payload = JSON.stringify({ id: `${identity.epoch}-${offset}`, ...alarmJson(entry) });
    this.#newest.set(entry.key, { offset, standing: { topic, payload, retain: true } });
  }

  /** The messages that tell of one change. Called with entries in the order they are written. */
  messages(identity: Identity, offset: number, entry: AlarmEntry, historical: boolean): readonly Message[] {
    const id = `${identity.epoch}-${offset}`;
    const topic = alarmTopic(this.#prefix, identity, entry.key);
    const known = this.#newest.get(entry.key);
    if (historical || (known && known.offset > offset)) {
      return [{ topic, payload: JSON.stringify({ id, ...alarmJson(entry), historical: true }), retain: false }];
    }
    const isOver = isAtRest(entry.state);
    const before = entry.formerKey === undefined ? [] : this.#forget(identity, entry.formerKey);
    const message = { topic, payload: JSON.stringify({ id, ...alarmJson(entry) }), retain: !isOver };
    this.#newest.set(entry.key, { offset, standing: isOver ? undefined : message });
    return isOver ? [message, { topic, payload: '', retain: true }] : [message, ...before];
  }

  /** An alarm that has another name now does not stand under this one. */
  #forget(identity: Identity, key: string): readonly Message[] {
    this.#newest.delete(key);
    return [{ topic: alarmTopic(this.#prefix, identity, key), payload: '', retain: true }];
  }

  /** The alarms that stand, as far as they were told of. */
  standing(): readonly Message[] {
    return [...this.#newest.values()].flatMap(({ standing }) => standing ?? []);
  }
}

/** An alarm as it stands. Times are ms UTC, null while not known. */
function alarmJson(entry: AlarmEntry): object {
  const { key, device, tag, limitKind: kind, priority, change, isAnnunciated, message, action, state } = entry;
  const { value, limit, unit, quality } = entry;
  const { base, isAbnormal, raised, acknowledged, shelf, suppression, outOfService, chatter, firstOut } = state;
  return {
    time: milliseconds(entry.time),
    key,
    device,
    tag,
    kind,
    class: entry.class,
    priority,
    change,
    state: entry.to,
    base,
    isAbnormal,
    isAnnunciated,
    message,
    action,
    value,
    limit,
    unit,
    quality,
    raised: raised && raised.time,
    acknowledged: acknowledged && {
      who: acknowledged.who,
      comment: acknowledged.comment,
      time: acknowledged.time,
    },
    shelf: shelf && { who: shelf.who, reason: shelf.reason, since: shelf.since.time, until: shelf.until.time },
    suppression:
      suppression && !suppression.isSpent
        ? { by: suppression.by, since: suppression.since.time, until: suppression.until.time }
        : null,
    outOfService: outOfService && {
      who: outOfService.who,
      reason: outOfService.reason,
      since: outOfService.since.time,
    },
    chatter: chatter && chatter.count,
    firstOut: firstOut.map((first) => first.key),
  };
}
