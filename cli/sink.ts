/** One of the two streams that the program writes to, as main.ts hands it over. Types only. */

export interface Sink {
  write(text: string): void;
  isTerminal: boolean;
  /** Width of the terminal now. */
  columns(): number;
}
