import { DeviceFault, Quality } from '../../gateway/contract/index.js';

/** A fault of a service that asks to be left alone. */
export class ServiceFault extends DeviceFault {
  /** ms it wants to be left alone; undefined when it does not say. */
  readonly waitMs: number | undefined;
  constructor(message: string, quality: number, waitMs: number | undefined) {
    super(message, quality, { answered: true });
    this.waitMs = waitMs;
  }
}

/** Longest a service may ask to be left alone. */
const waitMaxMs = 3_600_000;

const hints: Readonly<Record<number, readonly [hint: string, quality: number]>> = {
  400: ['check `path` and `query`', Quality['bad-configuration']],
  401: ['check the token or key', Quality['bad-configuration']],
  403: ['check the token or key, and that it may see this', Quality['bad-configuration']],
  404: ['check `url` and `path`', Quality['bad-configuration']],
  410: ['the service no longer has it: check `path`', Quality['bad-configuration']],
  429: ['asked too often: raise `every`', Quality['bad-no-answer']],
};

/** What a status other than 200 means. */
export function answerFault(url: URL, status: number, retryAfter: string | undefined): ServiceFault {
  const [hint, quality] = hints[status] ?? ['the service has trouble of its own', Quality['bad-device-failure']];
  const seconds = Number(retryAfter);
  const waitMs = seconds > 0 ? Math.min(seconds * 1000, waitMaxMs) : undefined;
  return new ServiceFault(`${shown(url)} answers ${status}; ${hint}`, quality, waitMs);
}

export const redirectFault = (url: URL, how: string): ServiceFault =>
  new ServiceFault(
    `${shown(url)} sends elsewhere, ${how}, which is not followed; write the right \`url\``,
    Quality['bad-configuration'],
    undefined,
  );

/** A request that came to nothing: no name, no connection, no trust, a broken answer. */
export function failureFault(url: URL, cause: unknown): DeviceFault {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = code ?? message;
  return new DeviceFault(`${shown(url)}: ${reason}; ${hintFor(reason)}`, Quality['bad-no-answer'], {
    answered: false,
    cause,
  });
}

function hintFor(reason: string): string {
  if (/ENOTFOUND|EAI_AGAIN/.test(reason)) return 'the name is not known: check `url` and the DNS server of this box';
  if (/ECONNREFUSED/.test(reason)) return 'nobody listens there: check host and port of `url`';
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ALTNAME/.test(reason)) {
    return "the certificate is not trusted: check the clock of this box, and give the service's CA in NODE_EXTRA_CA_CERTS";
  }
  return 'check the network and the service';
}

/** An address without its query, which may hold a key. */
export const shown = ({ origin, pathname }: URL): string => origin + pathname;
