import type { DriverDefinition } from '../../gateway/contract/index.js';
import { type DeviceSettings, deviceSchema } from './device-schema.js';
import { planLink } from './link-plan.js';
import { type LinkSettings, linkSchema } from './link-schema.js';
import { type TagAddress, tagSchema, tagTypeOf } from './tag-schema.js';

/** Text files of mine monitoring systems, watched in a folder. */
export const files: DriverDefinition<LinkSettings, DeviceSettings, TagAddress> = {
  summary: { en: 'Text files of mine monitoring systems, in a folder', zh: '文件夹中的煤矿监控系统文本文件' },
  link: linkSchema,
  device: deviceSchema,
  tag: tagSchema,
  tagType: tagTypeOf,
  plan: planLink,
  async create(link, context) {
    const { FilesDriver } = await import('./files-driver.js');
    return new FilesDriver(link, context);
  },
};
