import type { DriverDefinition } from '../../../gateway/contract/index.js';
import { MqttDriver } from '../mqtt-driver.js';
import { type DeviceSettings, deviceSchema } from './device-schema.js';
import { JsonListener } from './json-listener.js';
import { planLink } from './link-plan.js';
import { type LinkSettings, linkSchema } from './link-schema.js';
import { type TagAddress, tagSchema, tagTypeOf } from './tag-schema.js';

/** Devices that publish JSON to an MQTT broker. The client library is loaded when the first link connects. */
export const mqtt: DriverDefinition<LinkSettings, DeviceSettings, TagAddress> = {
  summary: { en: 'MQTT devices that publish JSON or plain values', zh: '发布 JSON 或单个数值的 MQTT 设备' },
  link: linkSchema,
  device: deviceSchema,
  tag: tagSchema,
  tagType: tagTypeOf,
  plan: planLink,
  create: (link, context) =>
    Promise.resolve(new MqttDriver(link.name, link.settings, new JsonListener(link, context), context)),
};
