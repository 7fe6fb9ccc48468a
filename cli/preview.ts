/** What `--ct-dry-run` prints. Values of the environment are not in a preview and so never here. */
import type { RunPreview } from "../core/client.ts";
import type { BoxLimits, BoxPlan } from "../core/model/box.ts";
import { createStyle, type Style } from "./style.ts";
import { formatTable, plain } from "./table.ts";
import { count, size } from "./words.ts";

/** The whole plan, for people. */
export function formatPreview(preview: RunPreview, style: Style = createStyle(false)): string[] {
  const { engine, plan, program, environment, argv, unmet } = preview;
  const facts: [string, string][] = [
    ["Engine", `${engine.name}: ${engine.why}`],
    ["Box", plan.name],
    ["Image", plan.image || "none"],
    ["Network", plan.network === "none" ? "none: a loopback interface only" : "open"],
    ["Limits", formatLimits(plan.limits)],
    ["User", `${plan.user.uid}:${plan.user.gid}`],
    ["Privileges", formatPrivileges(plan)],
    ["Folder", plan.workdir],
    ["Program", program.map(quote).join(" ")],
    ["Environment", environment.join(" ") || "none"],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const block = (title: string, lines: string[]) =>
    lines.length === 0 ? [] : ["", style.bold(`${title}:`), ...lines.map((line) => `  ${line}`)];
  return [
    ...facts.map(([name, value]) => `${style.bold(name.padEnd(width))}  ${plain(value)}`),
    ...block("Mounts", formatMounts(plan, style)),
    ...block(`Limits that ${engine.name} cannot hold`, unmet.map(plain)),
    ...block("Command line", [argv.map(quote).join(" ")]),
  ];
}

function formatMounts({ mounts }: BoxPlan, style: Style): string[] {
  return formatTable(mounts, [
    { title: "in the box", value: ({ target }) => target },
    { title: "access", value: ({ readOnly }) => readOnly ? "read" : "read and write" },
    { title: "kind", value: ({ kind }) => kind },
    { title: "from", value: ({ source }) => source },
  ], style);
}

function formatLimits({ pids, memoryBytes, cpus }: BoxLimits): string {
  return [
    pids === 0 ? "any number of processes" : count(pids, "process", "processes"),
    memoryBytes === 0 ? "any memory" : `${size(memoryBytes)} memory`,
    cpus === 0 ? "all processors" : count(cpus, "processor", "processors"),
  ].join(", ");
}

function formatPrivileges({ mayGainPrivileges, capabilities }: BoxPlan): string {
  const gain = mayGainPrivileges ? "may gain more (sudo)" : "no new ones";
  return `${gain}; capabilities: ${capabilities.join(" ") || "none"}`;
}

/** As a POSIX shell would read it back; a word with control characters is shown, not sent. */
export function quote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${plain(word).replaceAll("'", `'\\''`)}'`;
}
