import { concatMap, defer, type OperatorFunction } from 'rxjs';
import { type TagName, tagPicker } from './pick-tag.js';
import type { RuleInput } from './rule-input.js';
import type { Sample } from './sample.js';
import { isTick, type Timed } from './timed.js';

/** A sample of one of several tags, told apart by a name the pipeline chose. */
export interface SourcedSample extends Sample {
  readonly source: string;
}

/** The samples of several tags out of the frames of a site, for `align`; in all else as `pickTag`. */
export function pickTags(
  sources: Readonly<Record<string, TagName>>,
): OperatorFunction<RuleInput, Timed<SourcedSample>> {
  return (input$) =>
    defer(() => {
      const pickers = Object.entries(sources).map(([source, name]) => ({ source, sampleOf: tagPicker(name) }));
      return input$.pipe(
        concatMap((input) =>
          isTick(input)
            ? [input]
            : pickers.flatMap(({ source, sampleOf }) => sampleOf(input.frame).map((sample) => ({ ...sample, source }))),
        ),
      );
    });
}
