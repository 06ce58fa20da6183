import type { DriverDefinition } from '../../gateway/contract/index.js';
import { type DeviceSettings, deviceSchema } from './device-schema.js';
import { loadOpcua } from './library.js';
import { planLink } from './link-plan.js';
import { type LinkSettings, linkSchema } from './link-schema.js';
import { type TagAddress, tagSchema } from './tag-schema.js';

/** OPC UA servers: PLCs, SCADA systems, instruments with a server of their own. */
export const opcua: DriverDefinition<LinkSettings, DeviceSettings, TagAddress> = {
  summary: { en: 'OPC UA servers', zh: 'OPC UA 服务器' },
  link: linkSchema,
  device: deviceSchema,
  tag: tagSchema,
  tagType: ({ type }) => type,
  plan: planLink,
  async create(link, context) {
    const { OpcuaDriver } = await import('./opcua-driver.js');
    return new OpcuaDriver(link, context, await loadOpcua());
  },
};
