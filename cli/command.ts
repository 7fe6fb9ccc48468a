/**
 * A command, declared once: from the one record come parsing, help (help.ts), completion
 * (complete.ts) and the docs. Nothing here prints, exits or knows a command by name. It loads zod,
 * so only the files of commands may import it, and those are loaded one at a time.
 */
import { z } from "zod";
import { AppError } from "../core/errors.ts";
import { splitWords } from "./arguments.ts";
import type { CommandContext, Operation } from "./context.ts";
import { type ArgMeta, type CommandRecord, type Field, label } from "./record.ts";

export type { CommandContext };

/** What the schema of an argument cannot say itself. Attach it last: `.register(arg, {…})`. */
export const arg = z.registry<ArgMeta>();

export interface CommandDefinition<S extends z.ZodObject> {
  path: readonly [string, ...string[]];
  /** Capital first letter, no period. */
  summary: string;
  args: S;
  /** Full command lines; a test parses every one. */
  examples: readonly [string, ...string[]];
  /** What it asks of the client. A command that names nothing gets no client. */
  rpc?: readonly Operation[];
  /** Returns the exit code; nothing means 0. */
  run(context: CommandContext, args: z.output<S>): Promise<number | void> | number | void;
}

/** A definition whose argument types are closed over, so that all commands fit in one list. */
export interface Command extends CommandRecord {
  rpc: readonly Operation[];
  parse(argv: readonly string[]): unknown;
  execute(context: CommandContext, argv: readonly string[]): Promise<number>;
}

/** A command as the registry lists it: enough to be found, and how to get the rest. */
export interface Entry {
  path: readonly string[];
  summary: string;
  load(): Promise<Command>;
}

/**
 * Makes a command of its one record.
 *
 * @example
 * export const boxPath = defineCommand({
 *   path: ["box", "path"],
 *   summary: "Print where a box's files are",
 *   args: z.object({
 *     name: z.string().describe("Box to look for").register(arg, { positional: 0, complete: "boxes" }),
 *     ...looks("the path"),
 *   }),
 *   examples: ["ct box path web"],
 *   rpc: ["box.list"],
 *   async run({ client, out, signal }, { name }) { … },
 * });
 */
export function defineCommand<S extends z.ZodObject>(definition: CommandDefinition<S>): Command {
  const { path, summary, args, examples, rpc = [] } = definition;
  const fields = Object.entries(args.shape).map(([key, schema]) => toField(key, schema));
  const flags = fields.filter(({ meta }) => meta.positional === undefined);
  const positionals = fields
    .filter(({ meta }) => meta.positional !== undefined)
    .sort((a, b) => (a.meta.positional ?? 0) - (b.meta.positional ?? 0));
  const shape = { path, summary, examples, flags, positionals };

  function parse(argv: readonly string[]): z.output<S> {
    const values = splitWords(argv, shape);
    const parsed = args.safeParse(values);
    if (parsed.success) return parsed.data;
    const place = ({ path: [key] }: z.core.$ZodIssue) =>
      [...positionals, ...flags].findIndex((field) => field.key === key);
    const words = parsed.error.issues
      .toSorted((a, b) => place(a) - place(b))
      .map((issue) => explain(issue, fields, values));
    throw new AppError("usage", `Cannot read the command line: ${words.join("; ")}`, {
      hint: `Run \`ct ${path.join(" ")} --help\``,
    });
  }

  return {
    ...shape,
    rpc,
    parse,
    execute: async (context, argv) => (await definition.run(context, parse(argv))) ?? 0,
  };
}

/** The two other looks of every list and show: `--json` and `--quiet`. */
export function looks(quietly: string) {
  return {
    json: z.boolean().default(false).describe("Print JSON"),
    quiet: z.boolean().default(false).describe(`Print only ${quietly}`)
      .register(arg, { short: "q" }),
  };
}

/** Says yes beforehand to what a destructive command asks (`makeSure` in prompt.ts). */
export function yesFlag() {
  return z.boolean().default(false).describe("Do not ask").register(arg, { short: "y" });
}

function toField(key: string, schema: z.core.$ZodType): Field {
  const absent = z.safeParse(schema, undefined);
  const inner = unwrap(schema);
  const item = inner instanceof z.ZodArray ? unwrap(inner.element) : inner;
  return {
    key,
    flag: key.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`),
    text: z.globalRegistry.get(schema)?.description ?? "",
    kind: inner instanceof z.ZodBoolean ? "switch" : inner === item ? "value" : "list",
    choices: item instanceof z.ZodEnum ? item.options.map(String) : [],
    isOptional: absent.success,
    fallback: absent.data,
    meta: arg.get(schema) ?? {},
  };
}

/** The schema below `.optional()`, `.default()` and `.transform()`. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return unwrap(schema.unwrap());
  }
  return schema instanceof z.ZodPipe ? unwrap(schema.in) : schema;
}

function explain(
  { path: [key], message }: z.core.$ZodIssue,
  fields: readonly Field[],
  values: Readonly<Record<string, unknown>>,
): string {
  const field = fields.find((each) => each.key === key);
  if (field === undefined) return message;
  const value = values[field.key];
  if (value === undefined) return `${label(field)} is missing`;
  if (field.choices.length > 0) {
    return `${label(field)} is "${value}", and must be one of ${field.choices.join(", ")}`;
  }
  return `${label(field)}: ${message}`;
}
