import { z } from 'zod';
import { settingIssue } from '../streams/index.js';
import { type JsonPath, parseJsonPath } from './json-path.js';

/** A path into a JSON body, parsed. */
export const jsonPathField = () =>
  z
    .string()
    .max(200)
    .transform((text, context): JsonPath => {
      const path = parseJsonPath(text.trim());
      if (path) return path;
      const what = { en: `\`${text}\` is no path into JSON`, zh: `“${text}”不是 JSON 路径` };
      const remedy = {
        en: 'write `now.temp`, `list[0].value` or `sensors[id=CH4].value`',
        zh: '写成 `now.temp`、`list[0].value` 或 `sensors[id=CH4].value`',
      };
      context.addIssue(settingIssue({ what, remedy }));
      return z.NEVER;
    })
    .meta({ examples: ['now.temp', 'list[0].value', 'sensors[id=CH4].value'] });

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const listenPattern = /^(\[[0-9a-fA-F:.]+\]|[^\s/:[\]]+):(\d{1,5})$/;

/** `127.0.0.1:8085`, parsed. */
export const listenField = () =>
  z
    .string()
    .transform((text, context): ListenAddress => {
      const match = listenPattern.exec(text.trim());
      const port = Number(match?.[2]);
      if (match && port <= 65_535) return { host: (match[1] as string).replace(/^\[|\]$/g, ''), port };
      const what = { en: `\`${text}\` is no address to listen at`, zh: `“${text}”不是监听地址` };
      const remedy = { en: 'write `127.0.0.1:8085`', zh: '写成 `127.0.0.1:8085`' };
      context.addIssue(settingIssue({ what, remedy }));
      return z.NEVER;
    })
    .meta({ examples: ['127.0.0.1:8085'] });

/** Base of what is asked, without credentials. */
export const urlField = () =>
  z
    .string()
    .transform((text, context): string => {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
      if (url && isWeb && url.username === '' && url.password === '' && url.hash === '') return url.href;
      const what = { en: `\`${text}\` is no address of a service`, zh: `“${text}”不是服务地址` };
      const remedy = {
        en: 'write `https://host/path` without user and password; those go into `token` or `headers`',
        zh: '写成 `https://host/path`，不含用户名和密码；凭据写入 `token` 或 `headers`',
      };
      context.addIssue(settingIssue({ what, remedy }));
      return z.NEVER;
    })
    .meta({ examples: ['https://weather.example.com/v7'] });
