import type { SinkDefinition } from '../../contract/index.js';
import { type MqttConfig, mqttConfig } from './config.js';

export type { MqttConfig } from './config.js';

/** An external MQTT broker: the newest frame of each poll group and each standing alarm retained, events beside. */
export const mqtt: SinkDefinition<MqttConfig> = {
  summary: {
    en: 'MQTT broker: frames and alarms as JSON, the newest retained',
    zh: 'MQTT 服务器：帧与报警以 JSON 发布，保留最新状态',
  },
  config: mqttConfig,
  // Fitted to random walks, half of them to a tenth and half as float32; topic, payload, headers and PUBACK.
  bytesPerFrame: ({ prefix }, tags) => 115 + prefix.length + 41 * tags,
  takesWholeFrames: true,
  create: async (name, config, context) => {
    const { MqttSink } = await import('./mqtt-sink.js');
    return new MqttSink(name, config, context);
  },
};
