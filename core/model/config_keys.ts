/**
 * The table of config.toml: every key, what it may be, its default and whether this version uses
 * it (spec/construct-cli.md 2.1, DESIGN 5 and 6). Reader, template, docs and editor follow from
 * it; nothing else lists keys.
 */
import type { ConfigKey, ConfigType, ConfigValue, KeyState } from "./config_key.ts";
import { ENGINE_NAMES } from "./engine.ts";
import { isMemory, MEMORY_FORM } from "./memory.ts";
import { NETWORK_MODES } from "./run_flags.ts";

export const ENGINE_CHOICES = ["auto", ...ENGINE_NAMES] as const;
export const HOME_CHOICES = ["per-agent", "shared"] as const;
export const MOUNT_PATH_CHOICES = ["projects", "same"] as const;
export const SELINUX_CHOICES = ["auto", "enabled", "disabled"] as const;

const BOOL: ConfigType = { kind: "bool" };
const COUNT: ConfigType = { kind: "int", min: 0 };
const TEXTS: ConfigType = { kind: "strings" };
const ENGINE = oneOf(ENGINE_CHOICES);
const NETWORK = oneOf(NETWORK_MODES);
const PATH = text("an absolute path", /^\//);
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const VARIABLES = texts("names of variables", VARIABLE);
/** A version, range or tag of npm. It ends in an argument of `npm install`. */
const NPM_VERSION = text('a version or tag of npm, such as "latest"', /^[A-Za-z0-9^~<>=*.+-]+$/);
/** Both end in arguments of an engine, so neither may look like a flag. */
const NETWORK_NAME = text("the name of a network, or nothing", /^([A-Za-z0-9][\w.:-]*)?$/);
const IMAGE = text("the reference of an image", /^[A-Za-z0-9][\w.:/@-]*$/);
const MEMORY: ConfigType = { kind: "string", form: MEMORY_FORM, fits: isMemory };
const SELINUX: ConfigType = {
  ...oneOf(SELINUX_CHOICES),
  aliases: {
    ...{ true: "enabled", yes: "enabled", on: "enabled" },
    ...{ false: "disabled", no: "disabled", off: "disabled" },
  },
};

const ACTIVE: KeyState = { kind: "active" };
const UPDATE = later("the self-update");
const STRICT = later("strict mode");
const DAEMON = later("the daemon");
const CLIPBOARD = later("the clipboard bridge");
const SSH = later("SSH agent forwarding");
const COMPOSE = retired("there is no compose file any more");
const USER = retired("boxes run as you, on every engine");

/** In the order of the template: keys of one section stand together. */
export const CONFIG_KEYS: readonly ConfigKey[] = [
  ...section("runtime", [
    key("engine", ENGINE, "auto", "What makes boxes; auto takes the first engine that answers."),
    key("build_network", NETWORK_NAME, "", "Network of image builds; empty is the engine's own."),
    key("base_image", IMAGE, "debian:trixie-slim", "Image that ours is built on; needs apt."),
    key("auto_update_check", BOOL, true, "Look for a new version now and then.", UPDATE),
    key("update_check_interval", COUNT, 86400, "Seconds between two such looks.", UPDATE),
    key("update_channel", oneOf(["stable", "beta"]), "stable", "Which versions to offer.", UPDATE),
    key(
      "backend",
      oneOf(["docker"]),
      "docker",
      "What kept boxes apart.",
      retired("runtime.engine says what makes boxes"),
    ),
  ]),
  ...section("sandbox", [
    key(
      "home",
      oneOf(HOME_CHOICES),
      "per-agent",
      "Each agent's own home, or one home that all agents share and can read.",
    ),
    key(
      "mount_path",
      oneOf(MOUNT_PATH_CHOICES),
      "projects",
      "Where a box has the project: /projects/NAME, or the same path as on the host.",
    ),
    key("sudo", BOOL, false, "Let the agent become root in its box; weakens the box."),
    key("trust_host_ca", BOOL, true, "Boxes trust the certificate authorities of this machine."),
    key("memory", MEMORY, "75%", "Most memory of a box: a share of the host, a size, 0 for all."),
    key("cpus", { kind: "number", min: 0 }, 0, "Most processors of a box; 0 for all."),
    key("pids", COUNT, 4096, "Most processes and threads of a box; 0 for no limit."),
    key("propagate_git_identity", BOOL, true, "Commits in a box carry your git name and address."),
    key("selinux_labels", SELINUX, "auto", "Relabel mounts for SELinux; auto asks the host."),
    key("shell", PATH, "/bin/bash", "Shell of `ct shell`, and SHELL in a box."),
    key(
      "env_passthrough",
      VARIABLES,
      [],
      "Variables of the host that every agent gets; OPENAI_ means all that begin so. The keys of " +
        "its own provider reach an agent without being listed.",
    ),
    key(
      "env_passthrough_prefixes",
      VARIABLES,
      ["CNSTR_"],
      "A variable that begins so reaches boxes without the prefix: CNSTR_X becomes X.",
    ),
    key("forward_ssh_agent", BOOL, true, "Let boxes use your SSH agent.", SSH),
    key("ssh_pin_identities", TEXTS, [], "Which SSH key is for which host: host=key.", SSH),
    key(
      "host_service_env",
      TEXTS,
      [],
      "Addresses of services on this machine for boxes: NAME=url.",
      later("bridges to services of the host"),
    ),
    key(
      "host_loopback_ports",
      { kind: "ints", min: 1, max: 65535 },
      [],
      "Ports of this machine that boxes reach as their own.",
      later("bridges to services of the host"),
    ),
    key(
      "host_binaries",
      TEXTS,
      [],
      "Programs of this machine that a box may run.",
      later("the host program bridge"),
    ),
    key(
      "clipboard_host",
      { kind: "string" },
      "host.docker.internal",
      "Name of this machine in a box.",
      retired("bridges are sockets in a box, and have no host name"),
    ),
    key(
      "mount_home",
      BOOL,
      false,
      "Was meant to mount your home.",
      retired("it never worked; name folders with --ct-mount or under [projects]"),
    ),
    key("non_root_strict", BOOL, false, "Ran Docker boxes as you.", USER),
    key("exec_as_host_user", BOOL, true, "Ran programs in Docker boxes as you.", USER),
    key("allow_custom_compose_override", BOOL, false, "Kept hand-made overrides.", COMPOSE),
    key(
      "disable_seccomp",
      BOOL,
      false,
      "Took the system call filter away.",
      retired("the engine's filter stays on"),
    ),
  ]),
  ...section("network", [
    key(
      "mode",
      NETWORK,
      "permissive",
      "What boxes may reach: permissive is everything, offline nothing; strict is not built yet " +
        "and refuses to run.",
    ),
    // Empty, unlike the older defaults: examples and other people's services are nobody's policy.
    key("allowed_domains", TEXTS, [], "Names that strict mode lets through.", STRICT),
    key("allowed_ips", TEXTS, [], "Addresses that strict mode lets through.", STRICT),
    key("blocked_domains", TEXTS, [], "Names that strict mode stops.", STRICT),
    key("blocked_ips", TEXTS, [], "Addresses that strict mode stops.", STRICT),
  ]),
  ...section("maintenance", [
    key("cleanup_enabled", BOOL, true, "Remove old logs."),
    key("log_retention_days", { kind: "int" }, 15, "Days that logs are kept; 0 keeps all."),
    key("cleanup_interval_seconds", { kind: "int" }, 86400, "Time between cleanings.", DAEMON),
  ]),
  ...section("agents", [
    key("yolo_all", BOOL, false, "Start every agent with its flag for acting without asking."),
    key("yolo_agents", texts("names of agents", /^[a-z0-9-]+$/), [], "The same, agent by agent."),
    key("clipboard_image_patch", BOOL, true, "Teach agents to paste images.", CLIPBOARD),
    key(
      "versions.<agent>",
      NPM_VERSION,
      undefined,
      "Version of an agent's npm package; latest when not set.",
    ),
  ]),
  ...section("daemon", [
    key("auto_start", BOOL, true, "Start the daemon with the first agent.", DAEMON),
    key("multi_paths_enabled", BOOL, false, "One box for all folders of mount_paths.", DAEMON),
    key("mount_paths", TEXTS, [], "Folders that the daemon's boxes see.", DAEMON),
  ]),
  ...section("security", [
    key(
      "hide_secrets",
      BOOL,
      false,
      "Hide secrets in the files of a project from agents.",
      later("hidden secrets", "warning"),
    ),
  ]),
  ...section("claude.cc", [
    secret(
      "<name>.<VARIABLE>",
      { kind: "string" },
      "Variable of a provider for `ct cc NAME`; write a secret as ${VARIABLE} of the host.",
      later("providers for Claude"),
    ),
  ]),
  ...section('projects."<path>"', [
    key("network", NETWORK, undefined, "network.mode of this project."),
    key("engine", ENGINE, undefined, "runtime.engine of this project."),
    key(
      "mounts",
      texts("absolute paths, each with or without :ro", /^\//),
      undefined,
      "Folders or files that its boxes see too.",
    ),
    secret(
      "env",
      texts("NAME or NAME=value", /^[A-Za-z_][A-Za-z0-9_]*(=|$)/),
      "Variables that its boxes get too.",
      ACTIVE,
    ),
  ]),
];

/** Every key without a name of the user's in it, by its dotted spelling. */
export const FIXED_KEYS: ReadonlyMap<string, ConfigKey> = new Map(
  CONFIG_KEYS.filter(({ key }) => !key.includes("<")).map((record) => [record.key, record]),
);

function key(
  name: string,
  type: ConfigType,
  fallback: ConfigValue | undefined,
  text: string,
  state: KeyState = ACTIVE,
): ConfigKey {
  return { key: name, path: name.split("."), type, fallback, text, state, secret: false };
}

function secret(name: string, type: ConfigType, text: string, state: KeyState): ConfigKey {
  return { ...key(name, type, undefined, text, state), secret: true };
}

function section(name: string, keys: readonly ConfigKey[]): ConfigKey[] {
  const path = name.replaceAll('"', "").split(".");
  return keys.map((record) => ({
    ...record,
    key: `${name}.${record.key}`,
    path: [...path, ...record.path],
  }));
}

function oneOf(choices: readonly string[]): ConfigType & { kind: "enum" } {
  return { kind: "enum", choices };
}

function text(form: string, pattern: RegExp): ConfigType {
  return { kind: "string", form, fits: (word) => pattern.test(word) };
}

function texts(form: string, pattern: RegExp): ConfigType {
  return { kind: "strings", form, fits: (word) => pattern.test(word) };
}

function later(waitsFor: string, level: "note" | "warning" = "note"): KeyState {
  return { kind: "notBuilt", waitsFor, level };
}

function retired(instead: string): KeyState {
  return { kind: "retired", instead };
}
