import { z } from 'zod';
import type { Text } from '../../gateway/contract/index.js';
import { settingIssue } from './setting-fault.js';
import { streamAddressField } from './stream-address.js';

/** The `address` of a link that stations dial, parsed. `of`: what they call, `an SL 651 centre`. */
export const listenAddressField = (of: Text, port: number) => {
  const example = `tcp-listen://0.0.0.0:${port}`;
  return streamAddressField({ of, example }).transform((address, context) => {
    if (address.kind === 'tcp-listen') return address;
    const what = { en: 'stations call, they are not called', zh: '由站点主动连接，不能由网关去连接' };
    const remedy = {
      en: `write the port they are set to call: \`${example}\``,
      zh: `写上站点所设的端口：\`${example}\``,
    };
    context.addIssue(settingIssue({ what, remedy }));
    return z.NEVER;
  });
};
