import type { ContextConfig } from '../../config/site.js';
import type { Context, ContextMoment } from './context.js';

/** A change of context that is still to come. */
export interface PlanView {
  readonly value: number | string | null;
  /** RFC 3339 in UTC. */
  readonly from: string;
  readonly revision: number;
  readonly who: string;
  readonly reason: string;
}

/** One value of the site's context as people and programs see it now. */
export interface ContextView {
  readonly name: string;
  readonly type: ContextConfig['type'];
  readonly unit: string;
  readonly description: string;
  /** Who may set it, and every role above. */
  readonly by: ContextConfig['by'];
  /** null: nothing holds. A day as `2026-11-21`. */
  readonly value: number | string | null;
  /** What rules and formulas get, as last told: for a day the days since; null where there is no number. */
  readonly number: number | null;
  /** RFC 3339 in UTC; null for what the site file says. */
  readonly from: string | null;
  /** 0 for what the site file says. */
  readonly revision: number;
  readonly who: string;
  readonly reason: string;
  /** The next one first. */
  readonly plans: readonly PlanView[];
}

const rfc3339 = (time: number): string => new Date(time).toISOString();

/** The whole context of a site, in the order of its file. */
export function contextViews(context: Context, items: readonly ContextConfig[], now: ContextMoment): ContextView[] {
  return items.map((item) => {
    const { name, type, unit, description, by } = item;
    const { value, from, revision, who, reason } = context.held(item, now);
    const number = context.read(name);
    return {
      name,
      type,
      unit,
      description,
      by,
      value,
      number: Number.isNaN(number) ? null : number,
      from: from === null ? null : rfc3339(from),
      revision,
      who,
      reason,
      plans: context.plans(name, now).map((plan) => ({
        value: plan.value,
        from: rfc3339(plan.from),
        revision: plan.revision,
        who: plan.who,
        reason: plan.reason,
      })),
    };
  });
}
