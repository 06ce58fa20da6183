/** Figures that are others at each run stand as `…`. */
const passing: readonly (readonly [RegExp, string])[] = [
  [/^(scan|扫描)[:：] .*%.*\n/gm, ''],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?( [+-]\d\d:\d\d)?/g, '…'],
  [/\b[0-9a-f]{12,24}\b/g, '…'],
  [/(process|sequence|offset|序号|偏移) \d+/g, '$1 …'],
  [/\bSluice \d+\.\d+\.\d+/g, 'Sluice …'],
  [/(answers in|up for|connected {2}for|answer took|±) [\d.]+ (ms|s|min)\b/g, '$1 …'],
  [/ +[\d.]+ (ms|s|min) old$/gm, '  … old'],
  [/\d+ (reads|failed|left out|frames were)\b/g, '… $1'],
  [/\n {2}box\/.*/g, ''],
];

/** What a command said, without what is of its time and place. `port`: where the gateway's page really was. */
export function settled(said: string, port: number): string {
  const text = said.replaceAll(String(port), '8080').trimEnd();
  return passing.reduce((settling, [figure, by]) => settling.replaceAll(figure, by), text);
}

/** A page for people that grows with what is done: sentences, commands with what they said, files as written. */
export class TranscriptPage {
  readonly #parts: string[] = [];

  title(text: string): void {
    this.#parts.push(`# ${text}`);
  }

  say(sentences: string): void {
    this.#parts.push(sentences);
  }

  typed(command: string, said: string): void {
    this.#parts.push(`\`\`\`text\n$ ${command}\n${said}\n\`\`\``);
  }

  /** More that a command said which had gone on. */
  wentOn(said: string): void {
    this.#parts.push(`\`\`\`text\n${said}\n\`\`\``);
  }

  file(text: string): void {
    this.#parts.push(`\`\`\`yaml\n${text.trimEnd()}\n\`\`\``);
  }

  get text(): string {
    return `${this.#parts.join('\n\n')}\n`;
  }
}

/** Whether two pages say the same: columns are as wide as their widest figure, which another box has otherwise. */
export const saysTheSame = (one: string, other: string): boolean =>
  one.replaceAll(/ +/g, ' ') === other.replaceAll(/ +/g, ' ');
