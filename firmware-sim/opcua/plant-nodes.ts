import type { DataValueOptions, INamespace, Namespace, OPCUAServer, UAObject, UAVariable } from 'node-opcua';
import type { OpcuaLibrary } from './library.js';
import type { ConditionRefusals, PlantConditions } from './plant-conditions.js';
import type { ValueHistory } from './value-history.js';
import type { VariableSpec } from './variables.js';

export const plantNamespace = 'http://plant.example/';
/** Another namespace, so that the plant's can change its number. */
export const otherNamespace = 'http://other.example/';

/** What the plant keeps of a variable while no server runs. */
export interface KeptVariable {
  readonly spec: VariableSpec;
  readonly history: ValueHistory;
  current: DataValueOptions;
}

/** The plant's nodes in one server. */
export interface PlantNodes {
  /** Tells subscribers and history. */
  update(name: string, value: DataValueOptions): void;
}

/** What a plant has beside its variables, and how it stands in one server. */
export interface PlantOptions {
  readonly conditions: PlantConditions;
  readonly refuses: ConditionRefusals;
  /** Namespaces are numbered the other way round. */
  readonly reordered: boolean;
  /** Variables that are not made. */
  readonly without: ReadonlySet<string>;
}

/**
 * Objects/Plant with a variable each, a structure, a limit alarm on `Level` (high above 80, low below 20) and tanks with
 * the alarms that are raised by call.
 */
export function buildPlant(
  library: OpcuaLibrary,
  server: OPCUAServer,
  variables: readonly KeptVariable[],
  options: PlantOptions,
): PlantNodes {
  const { addressSpace } = server.engine;
  if (!addressSpace) throw new Error('the server has no address space yet');
  addressSpace.installAlarmsAndConditionsService();
  const order = options.reordered ? [otherNamespace, plantNamespace] : [plantNamespace, otherNamespace];
  for (const uri of order) addressSpace.registerNamespace(uri);
  const namespace = addressSpace.getNamespace(plantNamespace) as Namespace;
  const other = addressSpace.getNamespace(otherNamespace);
  const plant = namespace.addObject({
    browseName: 'Plant',
    nodeId: 's=Plant',
    organizedBy: addressSpace.rootFolder.objects,
    eventSourceOf: addressSpace.rootFolder.objects.server,
  });
  const decoy = other.addObject({ browseName: 'Decoy', organizedBy: addressSpace.rootFolder.objects });
  const nodes = new Map<string, UAVariable>();
  for (const kept of variables) {
    const { name } = kept.spec;
    // What an index would name after a reorder: the same identifier with a wrong value.
    addDecoy(library, other, decoy, name);
    if (!options.without.has(name)) nodes.set(name, addVariable(library, namespace, plant, kept));
  }
  addStructure(library, namespace, plant);
  const level = nodes.get('Level');
  if (level) addAlarm(namespace, plant, level);
  options.conditions.build(library, namespace, plant, options.refuses);
  const historized = variables.filter(({ spec }) => spec.hasHistory);
  for (const { spec, history } of historized) {
    const node = nodes.get(spec.name);
    if (node) addressSpace.installHistoricalDataNode(node, { historian: history });
  }
  return {
    update: (name, { value, statusCode, sourceTimestamp }) => {
      const node = nodes.get(name);
      if (node && value) node.setValueFromSource(value, statusCode, sourceTimestamp ?? undefined);
    },
  };
}

function addVariable(
  { DataType }: OpcuaLibrary,
  namespace: Namespace,
  plant: UAObject,
  { spec: { name, dataType, range, isArray }, current }: KeptVariable,
): UAVariable {
  const shape = { browseName: name, nodeId: `s=Plant.${name}`, componentOf: plant, dataType: DataType[dataType] };
  const arrayShape = isArray ? { valueRank: 1, arrayDimensions: null } : {};
  const variable: UAVariable = range
    ? namespace.addAnalogDataItem({
        ...shape,
        engineeringUnitsRange: { low: range[0], high: range[1] },
        definition: name,
        minimumSamplingInterval: 0,
      })
    : namespace.addVariable({ ...shape, ...arrayShape, minimumSamplingInterval: 0 });
  const { value, statusCode, sourceTimestamp } = current;
  if (value) variable.setValueFromSource(value, statusCode, sourceTimestamp ?? undefined);
  return variable;
}

function addDecoy({ DataType }: OpcuaLibrary, other: INamespace, decoy: UAObject, name: string): void {
  const value = { dataType: DataType.Double, value: -1 };
  other.addVariable({
    browseName: name,
    nodeId: `s=Plant.${name}`,
    componentOf: decoy,
    dataType: DataType.Double,
    value,
  });
}

/** A structure every client knows: the range of an analogue item. */
function addStructure({ DataType, Range }: OpcuaLibrary, namespace: INamespace, plant: UAObject): void {
  namespace.addVariable({
    browseName: 'Limits',
    nodeId: 's=Plant.Limits',
    componentOf: plant,
    dataType: 'Range',
    value: { dataType: DataType.ExtensionObject, value: new Range({ low: -5.5, high: 99.25 }) },
  });
}

function addAlarm(namespace: Namespace, plant: UAObject, level: UAVariable): void {
  const alarm = namespace.instantiateExclusiveLimitAlarm('ExclusiveLimitAlarmType', {
    browseName: 'LevelAlarm',
    nodeId: 's=Plant.LevelAlarm',
    componentOf: plant,
    conditionSource: plant,
    inputNode: level,
    highLimit: 80,
    lowLimit: 20,
    conditionName: 'LevelAlarm',
    optionals: ['ConfirmedState', 'Confirm'],
  });
  alarm.setEnabledState(true);
}
