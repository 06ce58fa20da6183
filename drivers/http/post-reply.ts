import type { Text } from '../../gateway/contract/index.js';

/** What is answered to a post. */
export interface PostReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Refusal {
  readonly status: number;
  readonly en: string;
  readonly zh: string;
  /** Which part of the body is meant. */
  readonly field?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const refuse = ({ status, en, zh, field, headers }: Refusal): PostReply => {
  const error: Text = { en, zh };
  return { status, ...(headers && { headers }), body: { error, ...(field !== undefined && { field }) } };
};

export const refusals = {
  method: refuse({ status: 405, en: 'only POST is taken', zh: '只接受 POST', headers: { allow: 'POST' } }),
  token: refuse({
    status: 401,
    en: 'send `Authorization: Bearer` and the token of this link',
    zh: '请发送 `Authorization: Bearer` 和本链路的令牌',
    headers: { 'www-authenticate': 'Bearer' },
  }),
  path: refuse({ status: 404, en: 'no device of this link has this path', zh: '本链路没有使用该路径的设备' }),
  rate: refuse({
    status: 429,
    en: 'too many requests; send several records in one',
    zh: '请求过于频繁，请合并记录后发送',
    headers: { 'retry-after': '1' },
  }),
  type: refuse({
    status: 415,
    en: 'send `Content-Type: application/json`',
    zh: '请发送 `Content-Type: application/json`',
  }),
  notReady: refuse({
    status: 503,
    en: 'the gateway is not ready yet; send it again',
    zh: '网关尚未就绪，请重发',
    headers: { 'retry-after': '5' },
  }),
  waiting: refuse({
    status: 503,
    en: 'the gateway reads too much at once, or too much waits for its disk; nothing of this was taken: send it again',
    zh: '网关同时接收或等待写盘的数据过多，本次内容未被接收，请稍后重发',
    headers: { 'retry-after': '5' },
  }),
  notStored: refuse({
    status: 503,
    en: 'the gateway could not store it, for its disk is full or refuses, or it is being stopped; send it again',
    zh: '网关无法存储：磁盘已满或拒绝写入，或网关正在停止，请稍后重发',
    headers: { 'retry-after': '30' },
  }),
  nothing: refuse({
    status: 422,
    en: 'the body has nothing of what is declared of this device',
    zh: '请求体中没有本设备声明的任何内容',
    field: '$',
  }),
} as const;

export const tooLarge = (bytesMax: number): PostReply =>
  refuse({
    status: 413,
    en: `a body may have ${bytesMax} bytes; send fewer records at a time`,
    zh: `请求体最大 ${bytesMax} 字节，请减少每次的记录数`,
    headers: { connection: 'close' },
  });
