/**
 * The environment of a program in a box (spec/construct-cli.md 8.8): an allow-list, never a copy of
 * the host's. Pure: the host's variables come in as data.
 */
import { AppError } from "../errors.ts";
import { type Agent, isListed, isProviderVariable } from "./agents.ts";
import { BOX } from "./layout.ts";

export type Variables = Readonly<Record<string, string>>;

/** What any program may know about the user's terminal, language and way out. */
const SHARED = [
  "COLORTERM",
  "COLUMNS",
  "FORCE_COLOR",
  "GHOSTTY_RESOURCES_DIR",
  "KITTY_WINDOW_ID",
  "LANG",
  "LANGUAGE",
  "LC_",
  "LINES",
  "NO_COLOR",
  "TERM",
  "TERM_PROGRAM",
  "TERM_PROGRAM_VERSION",
  "TZ",
  "ALL_PROXY",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "NO_PROXY",
  "all_proxy",
  "http_proxy",
  "https_proxy",
  "no_proxy",
];

/** Every tool that has a variable of its own for the bundle of certificate authorities. */
const CA_VARIABLES = [
  "SSL_CERT_FILE",
  "NODE_EXTRA_CA_CERTS",
  "CURL_CA_BUNDLE",
  "GIT_SSL_CAINFO",
  "REQUESTS_CA_BUNDLE",
  "PIP_CERT",
  "CARGO_HTTP_CAINFO",
  "DENO_CERT",
];

const STRIPPED_PREFIX = "CNSTR_";

/** `user.name` and `user.email` of git; empty when there are none. */
export interface GitIdentity {
  name?: string;
  email?: string;
}

export interface EnvironmentInputs {
  host: Variables;
  agent: Agent | undefined;
  path: string;
  shell: string;
  network: string;
  user: { uid: number };
  timeZone: string | undefined;
  hasCaBundle: boolean;
  /** Names from config: `sandbox.env_passthrough`. */
  passthrough: readonly string[];
  /** Prefixes that are cut off: `sandbox.env_passthrough_prefixes`. */
  prefixes: readonly string[];
  /** `--ct-env`, as typed. */
  typed: readonly string[];
}

/** All variables of the program. Later sources win: ours, the host's, config's, the command line's. */
export function composeEnvironment(inputs: EnvironmentInputs): Record<string, string> {
  const { host, agent, path, shell, network, user } = inputs;
  const name = user.uid === 0 ? "root" : "construct";
  return {
    ...pick(host, SHARED),
    ...(inputs.timeZone !== undefined && host["TZ"] === undefined && { TZ: inputs.timeZone }),
    HOME: BOX.home,
    USER: name,
    LOGNAME: name,
    SHELL: shell,
    PATH: path,
    CONSTRUCT_PATH: path,
    CONSTRUCT_NETWORK: network,
    ...(agent !== undefined && { CONSTRUCT_AGENT: agent.name }),
    // Claude refuses to act without asking as root unless it is told that it is in a box.
    IS_SANDBOX: "1",
    ...ANY_REPOSITORY,
    ...(inputs.hasCaBundle && fromNames(CA_VARIABLES, BOX.caBundle)),
    ...agent?.sets,
    ...pick(host, agent?.env ?? []),
    ...unprefixed(host, agent, inputs.prefixes),
    ...pick(host, inputs.passthrough),
    ...typedVariables(host, inputs.typed),
  };
}

/** Who the host's git says commits, for git in a box. What the user typed goes before it. */
export function identityVariables({ name, email }: GitIdentity): Record<string, string> {
  return {
    ...(name && { GIT_AUTHOR_NAME: name, GIT_COMMITTER_NAME: name }),
    ...(email && { GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_EMAIL: email }),
  };
}

function pick(host: Variables, list: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(host).filter(([name]) => isListed(name, list)));
}

/**
 * `CNSTR_X` becomes `X`: the user's word that a box may have it. A provider's key still reaches
 * only the agents that use that provider.
 */
function unprefixed(host: Variables, agent: Agent | undefined, prefixes: readonly string[]) {
  const found: Record<string, string> = {};
  for (const prefix of new Set([STRIPPED_PREFIX, ...prefixes])) {
    for (const [name, value] of Object.entries(host)) {
      const short = name.slice(prefix.length);
      if (!name.startsWith(prefix) || !isName(short)) continue;
      if (isProviderVariable(short) && !isListed(short, agent?.env ?? [])) continue;
      found[short] = value;
    }
  }
  return found;
}

/** @throws `usage` for a name that is none, or a variable that is not set. */
function typedVariables(host: Variables, typed: readonly string[]): Record<string, string> {
  return Object.fromEntries(typed.map((word) => {
    const at = word.indexOf("=");
    const name = at === -1 ? word : word.slice(0, at);
    if (!isName(name)) throw usage(`--ct-env "${name}" is not the name of a variable`);
    // Every object has a `toString` that nobody exported.
    const exported = Object.hasOwn(host, name) ? host[name] : undefined;
    const value = at === -1 ? exported : word.slice(at + 1);
    if (value === undefined) throw usage(`--ct-env ${name}: it is not set here`);
    if (value.includes("\0")) throw usage(`--ct-env ${name}: its value has a NUL in it`);
    return [name, value];
  }));
}

/** Anything but what would end the entry early or make it empty. */
function isName(name: string): boolean {
  return /^[^=\0]+$/.test(name);
}

/** Git refuses a project that belongs to another user; the wall here is the box, not the owner. */
const ANY_REPOSITORY = {
  GIT_CONFIG_COUNT: "1",
  GIT_CONFIG_KEY_0: "safe.directory",
  GIT_CONFIG_VALUE_0: "*",
};

function fromNames(names: readonly string[], value: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

function usage(words: string): AppError {
  return new AppError("usage", `Cannot read the command line: ${words}`, {
    hint: "Write --ct-env NAME=VALUE, or export NAME and write --ct-env NAME",
  });
}
