import type { Text } from '../../contract/index.js';

/** What a person does to one alarm. There is none for several at once: each is looked at. */
export type AlarmAct =
  | { readonly act: 'acknowledge'; readonly comment: string }
  | { readonly act: 'reset'; readonly comment: string }
  | { readonly act: 'shelve'; readonly forMs: number; readonly reason: string }
  | { readonly act: 'unshelve'; readonly comment: string }
  /** Without `forMs` until a person returns it: maintenance ends by itself. */
  | { readonly act: 'remove-from-service'; readonly reason: string; readonly forMs?: number }
  | { readonly act: 'return-to-service'; readonly comment: string };

/** Why an act was not done; nothing has changed. */
export interface ActRefusal {
  readonly reason:
    | 'unknown-alarm'
    | 'nothing-to-acknowledge'
    | 'nothing-to-reset'
    | 'acknowledge-first'
    | 'still-abnormal'
    | 'no-reason'
    | 'already-shelved'
    | 'not-shelved'
    | 'never-shelved'
    | 'shelved-too-long'
    | 'already-out-of-service'
    | 'not-out-of-service'
    | 'never-out-of-service';
  readonly text: Text;
}

const hours = (ms: number): string => `${Math.round(ms / 36_000) / 100}`;

const texts: Readonly<Record<Exclude<ActRefusal['reason'], 'shelved-too-long'>, Text>> = {
  'unknown-alarm': { en: 'there is no such alarm', zh: '没有这个报警' },
  'nothing-to-acknowledge': { en: 'it has been acknowledged, or is normal', zh: '已经确认过，或处于正常状态' },
  'nothing-to-reset': { en: 'it is not latched', zh: '没有锁存，无需复位' },
  'acknowledge-first': { en: 'acknowledge it before resetting it', zh: '复位前请先确认' },
  'still-abnormal': { en: 'its condition still stands; it cannot be reset', zh: '报警条件仍然成立，不能复位' },
  'no-reason': { en: 'say why', zh: '请写明原因' },
  'already-shelved': { en: 'it is shelved; unshelve it first', zh: '已被搁置；请先取消搁置' },
  'not-shelved': { en: 'it is not shelved', zh: '没有被搁置' },
  'never-shelved': { en: 'alarms of its class may not be shelved', zh: '此类报警不允许搁置' },
  'already-out-of-service': { en: 'it is out of service', zh: '已经停用' },
  'not-out-of-service': { en: 'it is in service', zh: '没有停用' },
  'never-out-of-service': { en: 'alarms of its class may not be taken out of service', zh: '此类报警不允许停用' },
};

export const refused = (reason: Exclude<ActRefusal['reason'], 'shelved-too-long'>): ActRefusal => ({
  reason,
  text: texts[reason],
});

export const shelvedTooLong = (maxMs: number): ActRefusal => ({
  reason: 'shelved-too-long',
  text: {
    en: `alarms of its class may be shelved for ${hours(maxMs)} h at most`,
    zh: `此类报警最长可搁置 ${hours(maxMs)} 小时`,
  },
});
