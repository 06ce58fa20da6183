export { OpcuaSimulator, type OpcuaFault, type OpcuaSimulatorOptions, type RestartOptions } from './opcua-simulator.js';
export { otherNamespace, plantNamespace } from './plant-nodes.js';
export { processVariables, typeVariables, type VariableSpec } from './variables.js';
