export { type EdgeDeviceSpec, type EdgeNodeOptions, EdgeNodeSimulator } from './edge-node-simulator.js';
export { type JsonDeviceOptions, JsonDeviceSimulator } from './json-device-simulator.js';
export {
  asksRebirth,
  type SentMetric,
  type SentPayload,
  type SparkplugType,
  sparkplugTypes,
  type SparkplugValue,
  writeSparkplug,
} from './sparkplug-message.js';
