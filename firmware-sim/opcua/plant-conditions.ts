import type { IAddressSpace, Namespace, StatusCode, UAAlarmConditionEx, UAMethod, UAObject } from 'node-opcua';
import type { OpcuaLibrary } from './library.js';

/** An alarm of the plant that is raised and cleared by call. */
export interface ConditionSpec {
  /** ConditionName, and the browse name of its node; its identifier is `s=Plant.SOURCE.NAME`. */
  readonly name: string;
  /** SourceName: an object of the plant. */
  readonly source: string;
  /** The server goes on listing it after it was acknowledged, as it should while it is active. */
  readonly isRetained: boolean;
}

export const plantConditions: readonly ConditionSpec[] = [
  { name: 'HighLevel', source: 'Tank1', isRetained: true },
  { name: 'HighLevel', source: 'Tank2', isRetained: true },
  { name: 'Leak', source: 'Tank1', isRetained: false },
];

/** An acknowledgement the server took. */
export interface TakenAcknowledgement {
  readonly condition: string;
  readonly source: string;
  readonly comment: string;
}

/** What the server refuses this time, as some do. */
export interface ConditionRefusals {
  readonly refresh?: boolean;
  readonly acknowledge?: boolean;
}

interface Standing {
  readonly spec: ConditionSpec;
  isActive: boolean;
  isAcked: boolean;
  isEnabled: boolean;
}

const severity = 700;

/** The alarms of the plant: what stands goes on while no server runs; who acknowledged what is kept. */
export class PlantConditions {
  readonly #standing: readonly Standing[] = plantConditions.map((spec) => ({ spec, ...atRest }));
  readonly #nodes = new Map<Standing, UAAlarmConditionEx>();
  readonly #acknowledgements: TakenAcknowledgement[] = [];
  readonly #utc: () => number;
  #watchers: (() => void)[] = [];

  /** `utc`: the time of the plant, ms. */
  constructor(utc: () => number) {
    this.#utc = utc;
  }

  get acknowledgements(): readonly TakenAcknowledgement[] {
    return this.#acknowledgements;
  }

  /** Resolves when so many acknowledgements were taken. */
  async acknowledged(count: number): Promise<void> {
    while (this.#acknowledgements.length < count) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  raise(name: string, source: string, at: number = this.#utc()): void {
    const standing = this.#find(name, source);
    Object.assign(standing, { isActive: true, isAcked: false });
    const node = this.#nodes.get(standing);
    node?.activateAlarm();
    if (standing.isEnabled) node?.raiseNewCondition({ message: `${name} is active`, severity, time: new Date(at) });
  }

  clear(name: string, source: string, at: number = this.#utc()): void {
    const standing = this.#find(name, source);
    standing.isActive = false;
    const node = this.#nodes.get(standing);
    const retain = !standing.isAcked;
    node?.deactivateAlarm(retain);
    if (standing.isEnabled)
      node?.raiseNewCondition({ message: `${name} is over`, severity, time: new Date(at), retain });
  }

  /** Disabled by an engineer at the server, and enabled again. */
  enable(name: string, source: string, isEnabled: boolean): void {
    const standing = this.#find(name, source);
    standing.isEnabled = isEnabled;
    this.#nodes.get(standing)?.setEnabledState(isEnabled);
  }

  /** Everything at rest and enabled; nothing acknowledged. */
  reset(): void {
    for (const standing of this.#standing) {
      const { name, source } = standing.spec;
      if (!standing.isEnabled) this.enable(name, source, true);
      const wasActive = standing.isActive;
      Object.assign(standing, atRest);
      this.#nodes.get(standing)?.currentBranch().setAckedState(true);
      if (wasActive) this.clear(name, source);
      this.#nodes.get(standing)?.currentBranch().setRetain(false);
    }
    this.#acknowledgements.length = 0;
  }

  /** Makes the nodes in a server that starts. */
  build(library: OpcuaLibrary, namespace: Namespace, plant: UAObject, refuses: ConditionRefusals): void {
    this.#nodes.clear();
    const sources = new Map<string, UAObject>();
    for (const standing of this.#standing) {
      const { source } = standing.spec;
      const object =
        sources.get(source) ??
        namespace.addObject({
          browseName: source,
          nodeId: `s=Plant.${source}`,
          componentOf: plant,
          eventSourceOf: plant,
        });
      sources.set(source, object);
      const node = addCondition(library, namespace, object, standing.spec);
      this.#nodes.set(standing, node);
      node.on('acknowledged', (_eventId, comment) => this.#take(standing, comment.text ?? ''));
      const { name } = standing.spec;
      if (standing.isActive) this.#restore(node, standing);
      if (!standing.isEnabled) this.enable(name, source, false);
    }
    refuse(library, namespace.addressSpace, refuses);
  }

  /** The server has gone; what stands, stands. */
  leave(): void {
    this.#nodes.clear();
  }

  #restore(node: UAAlarmConditionEx, { isAcked, spec }: Standing): void {
    node.activateAlarm();
    node.currentBranch().setAckedState(isAcked);
    node.raiseNewCondition({ message: `${spec.name} is active`, severity, retain: !isAcked || spec.isRetained });
  }

  #take(standing: Standing, comment: string): void {
    standing.isAcked = true;
    const { name, source } = standing.spec;
    this.#acknowledgements.push({ condition: name, source, comment });
    for (const watcher of this.#watchers.splice(0)) watcher();
  }

  #find(name: string, source: string): Standing {
    const found = this.#standing.find(({ spec }) => spec.name === name && spec.source === source);
    if (!found) throw new RangeError(`the plant has no alarm ${name} of ${source}`);
    return found;
  }
}

const atRest = { isActive: false, isAcked: true, isEnabled: true };

function addCondition(
  { NodeId }: OpcuaLibrary,
  namespace: Namespace,
  source: UAObject,
  { name, source: sourceName, isRetained }: ConditionSpec,
): UAAlarmConditionEx {
  const node = namespace.instantiateAlarmCondition('AlarmConditionType', {
    browseName: name,
    nodeId: `s=Plant.${sourceName}.${name}`,
    componentOf: source,
    conditionSource: source,
    conditionName: name,
    inputNode: new NodeId(),
    // The library keeps an acknowledged alarm listed only when it has to be confirmed as well.
    optionals: isRetained ? ['ConfirmedState', 'Confirm'] : [],
  });
  // The library takes the browse name with its index, which a reorder would change.
  node.setSourceName(sourceName);
  // Nothing of the plant has to be looked at: what stands is told by call.
  (node as unknown as { evaluateConditionsAfterEnabled(): void }).evaluateConditionsAfterEnabled = () => undefined;
  return node;
}

/** The methods of the types answer for every condition (OPC 10000-9 §5.5.7, §5.7.3). */
function refuse(
  { StatusCodes }: OpcuaLibrary,
  space: IAddressSpace,
  { refresh, acknowledge }: ConditionRefusals,
): void {
  const bind = (type: string, method: string, statusCode: StatusCode): void => {
    const node = space.findEventType(type)?.getMethodByName(method) as UAMethod;
    node.bindMethod((_inputs, _context, callback) => callback(null, { statusCode }));
  };
  if (refresh) bind('ConditionType', 'ConditionRefresh', StatusCodes.BadServiceUnsupported);
  if (acknowledge) bind('AcknowledgeableConditionType', 'Acknowledge', StatusCodes.BadUserAccessDenied);
}
