/**
 * The commands that run a program in a box: `ct <agent>`, `ct run`, `ct shell`. They are on the way
 * of every start, so they are described here by hand and parsed by core/model/run_flags.ts: this
 * file must load no package, and no parser may see the program's own words.
 */
import type { RunRequest } from "../core/client.ts";
import { AppError } from "../core/errors.ts";
import { AGENTS } from "../core/model/agents.ts";
import { cutRunFlags, RUN_FLAGS } from "../core/model/run_flags.ts";

export interface RunCommand {
  kind: RunRequest["kind"];
  path: readonly [string];
  summary: string;
  /** What stands after the path. */
  usage: string;
  /** Which words are whose. */
  text: string;
  examples: readonly string[];
}

export const RUN_COMMANDS: readonly RunCommand[] = [
  {
    kind: "run",
    path: ["run"],
    summary: "Run a command in a box",
    usage: "[flags] [--] <command> [arguments…]",
    text: "Flags may stand anywhere before the first --; all other words are the command's own.",
    examples: [
      "ct run npm test",
      "ct run --ct-network offline -- ls -la",
      "ct run make -- --version",
    ],
  },
  {
    kind: "shell",
    path: ["shell"],
    summary: "Open a shell in a box",
    usage: "[flags] [--] [arguments…]",
    text: "Flags may stand anywhere before the first --; all other words are the shell's own.",
    examples: ["ct shell", "ct shell --ct-network offline", 'ct shell -c "env | sort"'],
  },
  ...AGENTS.map(({ name, title }): RunCommand => ({
    kind: "agent",
    path: [name],
    summary: `Run ${title} in a box`,
    usage: "[flags] [arguments…]",
    text:
      `Flags may stand anywhere before the first --; all other words, --help and -- included, ` +
      `go to ${name} as they are.`,
    examples: [`ct ${name}`, `ct ${name} --ct-network offline`, `ct ${name} --ct-dry-run`],
  })),
];

/**
 * Where the first word stands that is not one of our flags or a flag's value. It only looks:
 * `cutRunFlags` says what is wrong with a flag.
 */
export function findHead(argv: readonly string[]): number {
  let at = 0;
  while (/^--?ct-/.test(argv[at] ?? "")) {
    const word = argv[at] ?? "";
    const flag = RUN_FLAGS.find(({ long, short }) => long === word || short === word);
    at += flag?.value === undefined ? 1 : 2;
  }
  return Math.min(at, argv.length);
}

/**
 * Reads the words of one of these commands: `before` its name and `after` it. Undefined when the
 * user asks for our help.
 *
 * @throws `usage` for a wrong flag of ours, or for no command at all.
 */
export function readRun(
  { kind, path: [name] }: RunCommand,
  before: readonly string[],
  after: readonly string[],
): RunRequest | undefined {
  const { flags, rest } = cutRunFlags([...before, ...after]);
  if (kind === "agent") return { kind, agent: name, args: rest, flags };
  const [first] = rest;
  if (first === "--help" || first === "-h") return undefined;
  const args = first === "--" ? rest.slice(1) : rest;
  if (kind === "run") refuseNonCommand(first, args);
  return { kind, agent: undefined, args, flags };
}

function refuseNonCommand(first: string | undefined, args: readonly string[]): void {
  if (args.length === 0) {
    throw new AppError("usage", "Cannot run: there is no command", {
      hint: "Type it after our flags, as in `ct run -- npm test`",
    });
  }
  if (first !== "--" && first?.startsWith("-")) {
    throw new AppError("usage", `Cannot run: ${first} is not a command and not one of our flags`, {
      hint: `Put -- before a command whose name starts with a dash, as in \`ct run -- ${first}\``,
    });
  }
}
