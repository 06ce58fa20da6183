import { z } from 'zod';
import type { Text } from '../contract/index.js';

/** A request that is not served, with its status and the sentence that says why. */
export class Refusal extends Error {
  readonly statusCode: number;
  readonly text: Text;
  readonly headers: Readonly<Record<string, string>>;

  constructor(statusCode: number, en: string, zh: string, headers: Readonly<Record<string, string>> = {}) {
    super(en);
    this.statusCode = statusCode;
    this.text = { en, zh };
    this.headers = headers;
  }
}

const failedInside = (): Refusal =>
  new Refusal(500, 'the gateway failed to answer; its log tells why', '网关处理请求时出错，原因见日志');

/** Whatever a request failed with, as a refusal that gives nothing of the inside away. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof z.ZodError) {
    const detail = error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
    return new Refusal(400, `the request is wrong: ${detail}`, `请求有误：${detail}`);
  }
  const { statusCode, message } = error as { statusCode?: number; message: string };
  // Below 500 it is the HTTP library that refused: too large a body, a malformed one, an unknown media type.
  const isTheirs = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
  return isTheirs ? new Refusal(statusCode, message, `请求无法处理：${message}`) : failedInside();
}
