/** The languages every text for people exists in. */
export type Language = 'en' | 'zh';

/** One sentence or name for people, in every language. */
export type Text = Readonly<Record<Language, string>>;
