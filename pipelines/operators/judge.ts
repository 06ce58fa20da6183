import { Observable, type OperatorFunction } from 'rxjs';
import type { Judgement } from '../../gateway/contract/index.js';
import type { IsolatedRule } from '../rules/isolated-rule.js';
import type { RuleInput } from './rule-input.js';

/** A judgement and the input that caused it. */
export interface Judged {
  readonly judgement: Judgement;
  readonly cause: RuleInput;
}

/**
 * Rule inputs in, judgements out, each input handled whole before the next. A frame goes to the rules of its table, by
 * table number; a tick to all of them. A frame of a table without rules is passed over. Rules are isolated, so the
 * stream errors only when its source does.
 */
export function judge(rulesByTable: ReadonlyMap<number, readonly IsolatedRule[]>): OperatorFunction<RuleInput, Judged> {
  const all = [...rulesByTable.values()].flat();
  const none: readonly IsolatedRule[] = [];
  return (input$) =>
    new Observable((subscriber) =>
      input$.subscribe({
        next(cause) {
          const isFrame = 'frame' in cause;
          const rules = isFrame ? (rulesByTable.get(cause.frame.table.number) ?? none) : all;
          for (const rule of rules) {
            const judgements = isFrame ? rule.next(cause.frame) : rule.tick(cause.tick);
            for (const judgement of judgements) subscriber.next({ judgement, cause });
          }
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
}
