/** The version of the program, alone in its file so that `--version` loads nothing else. */
export const VERSION = "0.1.0";
