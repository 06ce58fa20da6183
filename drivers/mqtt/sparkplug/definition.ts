import type { DriverDefinition } from '../../../gateway/contract/index.js';
import { MqttDriver } from '../mqtt-driver.js';
import { planLink } from './link-plan.js';
import {
  type DeviceSettings,
  deviceSchema,
  type LinkSettings,
  linkSchema,
  type TagAddress,
  tagSchema,
  tagTypeOf,
} from './schemas.js';

/** Edge nodes of Sparkplug B (specification 3.0) at an MQTT broker. Its libraries are loaded when a link is made. */
export const sparkplug: DriverDefinition<LinkSettings, DeviceSettings, TagAddress> = {
  summary: { en: 'Sparkplug B edge nodes at an MQTT broker', zh: 'MQTT 服务器上的 Sparkplug B 边缘节点' },
  link: linkSchema,
  device: deviceSchema,
  tag: tagSchema,
  tagType: tagTypeOf,
  plan: planLink,
  create: async (link, context) => {
    const { SparkplugListener } = await import('./sparkplug-listener.js');
    return new MqttDriver(link.name, link.settings, new SparkplugListener(link, context), context);
  },
};
