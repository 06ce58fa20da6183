import type { Namespace, OPCUAServer, UAObject } from 'node-opcua';
import { loadLibrary, type OpcuaLibrary } from './library.js';
import { applicationUri, ServerIdentity } from './server-identity.js';

export const mazeNamespace = 'http://maze.example/';
export const mazeOtherNamespace = 'http://maze.example/other';

export interface MazeOptions {
  /** Where its certificates are made; a scratch folder. */
  readonly folder: string;
  /** Variables of the one folder that has many. */
  readonly wide: number;
}

/** Nodes it browses in one request, and pages it keeps open for a session at once. */
const browseMax = 4;
const pagesMax = 1;

/**
 * An OPC UA server whose address space is as awkward as any in the field, for whoever looks around in one: circles, a
 * node in two folders, a folder of many, equal names, names with signs in them that steer terminals, identifiers of a
 * PLC, values that may not be read; few nodes a request, one page at a time.
 */
export class MazeSimulator {
  readonly #server: OPCUAServer;

  private constructor(server: OPCUAServer) {
    this.#server = server;
  }

  static async start({ folder, wide }: MazeOptions): Promise<MazeSimulator> {
    const library = await loadLibrary();
    const identity = await new ServerIdentity(folder).current(library);
    const server = new library.OPCUAServer({
      ...identity,
      userCertificateManager: identity.serverCertificateManager,
      port: 0,
      host: '127.0.0.1',
      hostname: '127.0.0.1',
      serverInfo: { applicationUri },
      serverCapabilities: {
        maxBrowseContinuationPoints: pagesMax,
        operationLimits: { maxNodesPerBrowse: browseMax },
      },
      registerServerMethod: library.RegisterServerMethod.HIDDEN,
    });
    await server.initialize();
    buildMaze(library, server, wide);
    await server.start();
    return new MazeSimulator(server);
  }

  get address(): string {
    return `opc.tcp://127.0.0.1:${this.#server.endpoints[0]?.port ?? 0}`;
  }

  /** Sessions open now. */
  get sessions(): number {
    return this.#server.engine.currentSessionCount;
  }

  async stop(): Promise<void> {
    await this.#server.shutdown(0);
  }
}

function buildMaze(library: OpcuaLibrary, server: OPCUAServer, wide: number): void {
  const { addressSpace } = server.engine;
  if (!addressSpace) throw new Error('the server has no address space yet');
  const namespace = addressSpace.registerNamespace(mazeNamespace);
  const other = addressSpace.registerNamespace(mazeOtherNamespace);
  const { objects } = addressSpace.rootFolder;
  const maze = namespace.addObject({ browseName: 'Maze', nodeId: 's=Maze', organizedBy: objects });
  const folderIn = (parent: UAObject, name: string): UAObject =>
    namespace.addObject({ browseName: name, nodeId: `s=${parent.browseName.name}.${name}`, organizedBy: parent });
  for (const line of ['Line 1', 'Line 2']) addPump(library, namespace, folderIn(maze, line));
  const circle = folderIn(maze, 'Circle');
  circle.addReference({ referenceType: 'Organizes', nodeId: maze });
  const many = namespace.addObject({ browseName: 'Many', nodeId: 's=Many', organizedBy: objects });
  for (const [n, parent] of [folderIn(many, 'Wide'), folderIn(many, 'Wider')].entries()) {
    for (let at = 0; at < wide; at += 1) addNumber(library, namespace, parent, `V${at}`, `s=V${n}.${at}`);
  }
  for (const one of [namespace, other]) addNumber(library, one, maze, 'Twin', 's=Twin');
  addNumber(library, namespace, folderIn(maze, 'a/b'), 'Deep', 's=Deep');
  addNumber(library, namespace, maze, 'red \u001b[31m name', 's=Red');
  addSecret(library, namespace, maze);
}

function addNumber({ DataType }: OpcuaLibrary, namespace: Namespace, parent: UAObject, name: string, id: string): void {
  const value = { dataType: DataType.Double, value: 1 };
  namespace.addVariable({ browseName: name, nodeId: id, componentOf: parent, dataType: DataType.Double, value });
}

/** A pump as a PLC shows it: an analogue item with its unit, a switch, a list, a structure. */
function addPump(
  { DataType, Range, standardUnits, VariantArrayType }: OpcuaLibrary,
  namespace: Namespace,
  line: UAObject,
): void {
  const id = (name: string): string => `s="DB_${line.browseName.name}"."Pump"."${name}"`;
  const pump = namespace.addObject({ browseName: 'Pump', nodeId: id(''), organizedBy: line });
  namespace.addAnalogDataItem({
    browseName: 'Pressure',
    nodeId: id('Pressure'),
    componentOf: pump,
    dataType: DataType.Double,
    engineeringUnits: standardUnits.bar,
    engineeringUnitsRange: { low: 0, high: 10 },
    value: { dataType: DataType.Double, value: 1.25 },
  });
  namespace.addVariable({
    browseName: 'Running',
    nodeId: id('Running'),
    componentOf: pump,
    dataType: DataType.Boolean,
    value: { dataType: DataType.Boolean, value: true },
  });
  namespace.addVariable({
    browseName: 'Hours',
    nodeId: id('Hours'),
    componentOf: pump,
    dataType: DataType.UInt32,
    valueRank: 1,
    arrayDimensions: null,
    value: { dataType: DataType.UInt32, arrayType: VariantArrayType.Array, value: new Uint32Array(12).fill(7) },
  });
  namespace.addVariable({
    browseName: 'Limits',
    nodeId: id('Limits'),
    componentOf: pump,
    dataType: 'Range',
    value: { dataType: DataType.ExtensionObject, value: new Range({ low: 1, high: 8 }) },
  });
}

function addSecret({ DataType, StatusCodes }: OpcuaLibrary, namespace: Namespace, parent: UAObject): void {
  const secret = namespace.addVariable({
    browseName: 'Secret',
    nodeId: 's=Secret',
    componentOf: parent,
    dataType: DataType.Double,
  });
  secret.setValueFromSource({ dataType: DataType.Null }, StatusCodes.BadNotReadable);
}
