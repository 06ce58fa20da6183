import type { DriverDefinition } from '../../gateway/contract/index.js';
import { type DeviceSettings, deviceSchema } from './device-schema.js';
import { planLink } from './link-plan.js';
import { type LinkSettings, linkSchema } from './link-schema.js';
import { type TagAddress, tagSchema, tagTypeOf } from './tag-schema.js';

/** JSON over HTTP, asked for or posted: weather, laboratories, permits. */
export const http: DriverDefinition<LinkSettings, DeviceSettings, TagAddress> = {
  summary: { en: 'JSON over HTTP, asked for or posted', zh: 'HTTP JSON 数据：查询或推送' },
  link: linkSchema,
  device: deviceSchema,
  tag: tagSchema,
  tagType: tagTypeOf,
  plan: planLink,
  async create(link, context) {
    const { HttpDriver } = await import('./http-driver.js');
    return new HttpDriver(link, context);
  },
};
