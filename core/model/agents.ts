/**
 * The agent table (spec/construct-cli.md 1.4): all that the program knows about each agent. Nothing
 * else in the tree lists agents; adding one is one record here and one fixture.
 */
import { AppError } from "../errors.ts";

export interface NpmInstall {
  kind: "npm";
  package: string;
  /** Name of the program that the package brings. */
  bin: string;
  /** Major version of Node.js it needs, when Debian's 20 is too old. */
  node?: number;
}

/** Installed by its vendor's script, which no box of ours runs yet. */
export interface VendorInstall {
  kind: "vendor";
  /** Where its makers describe the installation. */
  page: string;
}

export interface Agent {
  /** The word after `ct`, and the name of its program. */
  name: string;
  title: string;
  /** Folder of its settings, relative to the home of the box. */
  config: string;
  /** File of rules that it reads, relative to the home of the box. */
  rules: string | undefined;
  /** Flag that lets it act without asking. */
  yolo: string | undefined;
  install: NpmInstall | VendorInstall;
  /** Variables of the host that it may see; a name that ends in `_` is a prefix. */
  env: readonly string[];
  /** Variables that every run of it gets. */
  sets: Readonly<Record<string, string>>;
}

/** For agents that talk to whatever provider the user has a key for. */
const ANY_PROVIDER = [
  "ANTHROPIC_API_KEY",
  "DEEPSEEK_API_KEY",
  "GEMINI_API_KEY",
  "HF_TOKEN",
  "KIMI_API_KEY",
  "MINIMAX_API_KEY",
  "OPENAI_API_KEY",
  "OPENROUTER_API_KEY",
  "ZAI_API_KEY",
] as const;

const npm = (name: string, bin: string, node?: number): NpmInstall => ({
  kind: "npm",
  package: name,
  bin,
  ...(node !== undefined && { node }),
});

export const AGENTS: readonly Agent[] = [
  {
    name: "claude",
    title: "Claude Code",
    config: ".claude",
    rules: ".claude/CLAUDE.md",
    yolo: "--dangerously-skip-permissions",
    // Its package asks for Node 22, and brings a program that needs none.
    install: npm("@anthropic-ai/claude-code", "claude"),
    env: ["ANTHROPIC_", "CLAUDE_CODE_", "API_TIMEOUT_MS", "DISABLE_TELEMETRY"],
    // The packages store is read-only, so an update of its own could only fail.
    sets: { DISABLE_AUTOUPDATER: "1" },
  },
  {
    name: "gemini",
    title: "Google Gemini",
    config: ".gemini",
    rules: ".gemini/GEMINI.md",
    yolo: "--yolo",
    install: npm("@google/gemini-cli", "gemini"),
    env: ["GEMINI_", "GOOGLE_API_KEY", "GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION"],
    sets: {},
  },
  {
    name: "amp",
    title: "Amp CLI",
    config: ".config/amp",
    rules: ".config/amp/AGENTS.md",
    yolo: undefined,
    install: npm("@sourcegraph/amp", "amp", 22),
    env: ["AMP_"],
    sets: {},
  },
  {
    name: "qwen",
    title: "Qwen Code",
    config: ".qwen",
    rules: ".qwen/AGENTS.md",
    yolo: "--yolo",
    install: npm("@qwen-code/qwen-code", "qwen", 22),
    env: ["QWEN_", "DASHSCOPE_", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL"],
    sets: {},
  },
  {
    name: "copilot",
    title: "GitHub Copilot",
    config: ".copilot",
    rules: ".copilot/AGENTS.md",
    yolo: "--allow-all-tools",
    install: npm("@github/copilot", "copilot", 22),
    env: ["COPILOT_", "GH_TOKEN", "GITHUB_TOKEN"],
    sets: {},
  },
  {
    name: "opencode",
    title: "OpenCode",
    config: ".config/opencode",
    rules: ".config/opencode/AGENTS.md",
    yolo: undefined,
    install: npm("opencode-ai", "opencode"),
    env: ["OPENCODE_", ...ANY_PROVIDER],
    sets: { OPENCODE_DISABLE_AUTOUPDATE: "1" },
  },
  {
    name: "cline",
    title: "Cline",
    config: ".cline",
    rules: "Documents/Cline/Rules/AGENTS.md",
    yolo: "--yolo",
    install: npm("cline", "cline", 22),
    env: ["CLINE_", ...ANY_PROVIDER],
    sets: {},
  },
  {
    name: "codex",
    title: "OpenAI Codex",
    config: ".codex",
    rules: ".codex/AGENTS.md",
    yolo: "--yolo",
    install: npm("@openai/codex", "codex"),
    env: ["OPENAI_", "CODEX_"],
    sets: {},
  },
  {
    name: "droid",
    title: "Droid CLI",
    config: ".factory",
    rules: ".factory/AGENTS.md",
    yolo: undefined,
    install: { kind: "vendor", page: "docs.factory.ai" },
    env: ["FACTORY_"],
    sets: {},
  },
  {
    name: "goose",
    title: "Goose CLI",
    config: ".config/goose",
    rules: ".config/goose/AGENTS.md",
    yolo: undefined,
    install: { kind: "vendor", page: "block.github.io/goose" },
    env: ["GOOSE_", ...ANY_PROVIDER],
    sets: {},
  },
  {
    name: "kilocode",
    title: "Kilo Code CLI",
    config: ".kilocode",
    rules: ".kilocode/rules/AGENTS.md",
    yolo: "--yolo",
    install: npm("@kilocode/cli", "kilocode", 22),
    env: ["KILO_", "KILOCODE_", ...ANY_PROVIDER],
    sets: {},
  },
  {
    name: "pi",
    title: "Pi Coding Agent",
    config: ".pi",
    rules: undefined,
    yolo: undefined,
    install: npm("@mariozechner/pi-coding-agent", "pi", 22),
    env: ["PI_", ...ANY_PROVIDER],
    sets: {},
  },
  {
    name: "crush",
    title: "Crush CLI",
    config: ".config/crush",
    rules: ".config/crush/AGENTS.md",
    yolo: "--yolo",
    install: npm("@charmland/crush", "crush"),
    env: ["CRUSH_", ...ANY_PROVIDER],
    sets: {},
  },
];

/** @throws `notFound` for a name that no agent has. */
export function findAgent(name: string): Agent {
  const agent = AGENTS.find((each) => each.name === name);
  if (agent !== undefined) return agent;
  throw new AppError("notFound", `Cannot find an agent named "${name}"`, {
    hint: "Run `ct agents`",
  });
}

/** True when `variable` is on the list of names and `PREFIX_` entries. */
export function isListed(variable: string, list: readonly string[]): boolean {
  return list.some((entry) =>
    entry.endsWith("_") ? variable.startsWith(entry) : variable === entry
  );
}

/** True when some agent's provider is known by this variable, so that others must not see it. */
export function isProviderVariable(variable: string): boolean {
  return AGENTS.some(({ env }) => isListed(variable, env));
}

/** The agent's argv: its own flag to act without asking comes first, and never twice. */
export function agentArgv(agent: Agent, args: readonly string[], yolo: boolean): string[] {
  const flag = yolo && agent.yolo !== undefined && !args.includes(agent.yolo) ? [agent.yolo] : [];
  return [agent.install.kind === "npm" ? agent.install.bin : agent.name, ...flag, ...args];
}
