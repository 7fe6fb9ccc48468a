/**
 * The few looks that text may have. Bold, dim and underline read on every background; colour is for
 * single marks only. Without a terminal, with NO_COLOR or TERM=dumb, text stays as it is.
 */

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  underline(text: string): string;
  /** For a mark that says "well", never for a sentence. */
  good(mark: string): string;
  bad(mark: string): string;
}

/** Each look ends with its own code, so that looks can be nested. */
export function createStyle(enabled: boolean): Style {
  const look = (on: number, off: number) => (text: string) =>
    enabled && text !== "" ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  return {
    bold: look(1, 22),
    dim: look(2, 22),
    underline: look(4, 24),
    good: look(32, 39),
    bad: look(31, 39),
  };
}
