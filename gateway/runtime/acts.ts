import type { AlarmClass, Json, Text } from '../contract/index.js';
import { type ActRefusal, type AlarmAct, refused } from './alarms/act.js';
import { twoPeople } from './alarms/alarm-book.js';
import { type Request, SecondPerson } from './alarms/second-person.js';
import type { ContextRequest } from './context.js';
import type { Gateway } from './gateway.js';
import type { ModeRequest } from './modes.js';
import { momentOf } from './alarms/moments.js';
import { approve, type ApproveOutcome, type SiteFiles } from './statutory/propose.js';

export type OutOfServiceRole = NonNullable<AlarmClass['outOfService']>;

/** What came of an act on an alarm. `waits`: a second person has to agree first. */
export type AlarmOutcome =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'waits'; readonly request: Request }
  | { readonly outcome: 'refused'; readonly refusal: ActRefusal };

/** What a named user may do to a running gateway. Every act is audited before it takes effect. */
export class GatewayActs {
  readonly #gateway: Gateway;
  readonly #secondPerson = new SecondPerson();

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  /** Vouches for the machine's clock as it is now: records held for want of a time are labelled and leave. */
  async believeClock(who: string): Promise<void> {
    const { timeline, journal } = this.#gateway;
    await this.#audited(who, 'clock set', { utc: new Date(this.#gateway.clock.utc()).toISOString() });
    timeline.believe(`user ${who}`);
    await journal.committed();
  }

  /** Forgets where a sink that is no longer configured stood. False when the journal knows no such sink. */
  async forgetSink(who: string, sink: string): Promise<'forgotten' | 'unknown' | 'configured'> {
    const { journal, site } = this.#gateway;
    if (site.sinks.some(({ name }) => name === sink)) return 'configured';
    if (!journal.knownSinks.has(sink)) return 'unknown';
    await this.#audited(who, 'sink forget', { sink });
    journal.savePositions(
      new Map([
        [`${sink}/samples`, null],
        [`${sink}/alarms`, null],
      ] as const),
    );
    await journal.committed();
    return 'forgotten';
  }

  /**
   * Acts on one alarm, or asks for a second person where its class wants one. Who may do what is the caller's to check.
   * Resolves when the act is on the disk.
   */
  async alarm(who: string, key: string, act: AlarmAct): Promise<AlarmOutcome> {
    const definition = this.#gateway.compiled.rules.alarms.get(key);
    if (!definition) return { outcome: 'refused', refusal: refused('unknown-alarm') };
    const isHiding = act.act === 'shelve' || act.act === 'remove-from-service';
    if (!isHiding || !definition.rationale.class.secondPerson) return this.#act(who, key, act);
    // Nobody is asked to agree to what would be refused.
    const refusal = this.#gateway.tryAct(key, act, who);
    if (refusal) return { outcome: 'refused', refusal };
    const request = this.#secondPerson.ask(key, act, who, this.#gateway.timeline.instant());
    await this.#audited(who, `alarm ${act.act} asked`, { key, request: request.id, act: { ...act } });
    return { outcome: 'waits', request };
  }

  /**
   * Somebody works on a device or tag: its values are marked, and its alarms are out of service for the same time where
   * `may` allows it for their class (an alarm that stays in service goes on calling). Why not; undefined when it began.
   */
  async beginMode(
    who: string,
    request: ModeRequest,
    may: (role: OutOfServiceRole) => boolean,
  ): Promise<Text | undefined> {
    const { modes, timeline } = this.#gateway;
    const refusal = modes.refusal(request);
    if (refusal) return refusal;
    modes.begin(request, who, momentOf(timeline.stamp()));
    const reason = `${request.mode}: ${request.reason}`;
    for (const { key, role } of this.#alarmsOf(request)) {
      if (role !== null && may(role)) {
        this.#gateway.actOnAlarm(key, { act: 'remove-from-service', reason, forMs: request.forMs }, who);
      }
    }
    await this.#audited(who, `${request.mode} began`, { ...request });
    return undefined;
  }

  /** The work is done before its time: alarms are back with it. */
  async endMode(who: string, device: string, tag: string | null): Promise<Text | undefined> {
    const { modes, timeline, alarms } = this.#gateway;
    const mode = modes.standing.find((one) => one.device === device && one.tag === tag);
    const refusal = modes.end(device, tag, who, momentOf(timeline.stamp()));
    if (refusal || !mode) return refusal;
    for (const { key } of this.#alarmsOf({ device, tag })) {
      // Only what this mode put out of service, by its reason: a person's own act stays.
      if (alarms.stateOf(key).outOfService?.reason !== `${mode.mode}: ${mode.reason}`) continue;
      this.#gateway.actOnAlarm(key, { act: 'return-to-service', comment: `${mode.mode} ended` }, who);
    }
    await this.#audited(who, `${mode.mode} ended`, { device, tag });
    return undefined;
  }

  /**
   * Says what holds of the site's context from a date on: at once where that is past, else when it comes. What was judged
   * and computed before stays as it was, also where the past is corrected. Why not; undefined when it is on the disk.
   */
  async setContext(who: string, request: ContextRequest): Promise<Text | undefined> {
    const { context, journal, timeline } = this.#gateway;
    const stamp = timeline.stamp();
    const made = context.revision(request, who, stamp);
    if (!('kind' in made)) return made;
    const { name, value, from, revision, reason } = made;
    journal.audit(stamp, { who, action: 'context set', detail: { name, value, from, revision, reason } });
    journal.note(made);
    await journal.committed();
    this.#gateway.tellContext();
    return undefined;
  }

  /** Alarms of a device, or of one tag of it, and who may take them out of service. */
  #alarmsOf({ device, tag }: Pick<ModeRequest, 'device' | 'tag'>): { key: string; role: OutOfServiceRole | null }[] {
    return (
      [...this.#gateway.compiled.rules.alarms.values()]
        .filter((one) => one.device === device && one.kind !== 'LINK' && (tag === null || one.tag === tag))
        // What needs two people is not put aside by one in this way either: it stays in service, and calls.
        .filter(({ rationale }) => !rationale.class.secondPerson)
        .map(({ key, rationale }) => ({ key, role: rationale.class.outOfService }))
    );
  }

  /** One of two people approves what some site files change of streams that the law protects. */
  approveStatutory(who: string, files: SiteFiles): Promise<ApproveOutcome> {
    return approve(this.#gateway, who, files);
  }

  /** Acts that wait for a second person. */
  waitingRequests(): readonly Request[] {
    return this.#secondPerson.waiting(this.#gateway.timeline.instant());
  }

  /** A second person agrees. `own`: nobody is their own second person. */
  async agree(who: string, id: string): Promise<AlarmOutcome | 'own' | 'unknown'> {
    const request = this.#secondPerson.agree(id, who, this.#gateway.timeline.instant());
    if (request === undefined) return 'unknown';
    if (request === 'own') return 'own';
    return this.#act(`${request.who}${twoPeople}${who}`, request.key, request.act);
  }

  /** The audit and the act are one batch of the journal. A refused act leaves no trace: nothing was done. */
  async #act(who: string, key: string, act: AlarmAct): Promise<AlarmOutcome> {
    const { journal, timeline } = this.#gateway;
    const refusal = this.#gateway.actOnAlarm(key, act, who);
    if (refusal) return { outcome: 'refused', refusal };
    journal.audit(timeline.stamp(), { who, action: `alarm ${act.act}`, detail: { key, ...act } });
    await journal.committed();
    return { outcome: 'done' };
  }

  async #audited(who: string, action: string, detail: Json): Promise<void> {
    const { journal, timeline } = this.#gateway;
    journal.audit(timeline.stamp(), { who, action, detail });
    await journal.committed();
  }
}
